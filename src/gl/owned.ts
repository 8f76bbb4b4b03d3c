interface Closing { close(): void }

/** What a unit opens together and closes together, the last first. */
export interface Owned {
  /** Closes this one too. */
  keep<T extends Closing>(unit: T): T
  close(): void
  /** Gives what `build` gives; when that throws, what it kept until then is closed. */
  all<T>(build: () => T): T
}

export const createOwned = (): Owned => {
  const opened: Closing[] = []
  const close = () => {
    for (const unit of opened.splice(0).reverse()) unit.close()
  }
  return {
    keep(unit) {
      opened.push(unit)
      return unit
    },
    close,
    all(build) {
      try {
        return build()
      } catch (thrown) {
        close()
        throw thrown
      }
    },
  }
}
