/**
 * What Doppel needs from the system, and what brings it, per package manager. Any one of several names in a list
 * will do (distributions disagree). `program` is looked for on the search path where the package manager cannot be asked.
 * What only tests want is `forTests`: it is installed apart, and Doppel does without where it cannot be had.
 */
export const systemNeeds = [
  { why: 'a display where there is none', program: 'Xvfb', apt: [['xvfb']], dnf: 'xorg-x11-server-Xvfb', pacman: 'xorg-server-xvfb' },
  { why: 'pressing keys in tests of windows', program: 'xdotool', apt: [['xdotool']], dnf: 'xdotool', pacman: 'xdotool' },
  { why: 'a second OSC implementation in tests', program: 'oscsend', forTests: true, apt: [['liblo-tools']], dnf: 'liblo', pacman: 'liblo' },
  { why: 'MIDI without hardware in tests', program: 'jackd', forTests: true, apt: [['jackd2', 'jackd'], ['libjack-jackd2-dev', 'libjack-dev']] },
  // Not PulseAudio, nor Link's headers: tests take them where they are, but on a desktop they would change what plays its sound, or bring the GPL.
  { why: 'two computers, and a second mDNS, in tests', program: 'ip', forTests: true, apt: [['iproute2'], ['python3-zeroconf']] },
  { why: 'OpenGL', apt: [['libgl1'], ['libgl1-mesa-dri'], ['libegl1'], ['libgles2']], dnf: 'mesa-dri-drivers mesa-libGL mesa-libEGL', pacman: 'mesa' },
  { why: 'a C++ compiler for the natives', program: 'g++', apt: [['g++'], ['make']], dnf: 'gcc-c++ make', pacman: 'base-devel' },
  { why: 'build scripts of the natives', program: 'python3', apt: [['python3'], ['pkg-config', 'pkgconf']], dnf: 'python3 pkgconf-pkg-config', pacman: 'python pkgconf' },
  { why: 'building NodeGui', program: 'cmake', apt: [['cmake']], brew: 'cmake', dnf: 'cmake', pacman: 'cmake' },
  { why: 'windows (Qt 6)', apt: [['qt6-base-dev'], ['qt6-svg-dev', 'libqt6svg6-dev'], ['libgl-dev'], ['libxcb-cursor0'], ['libxkbcommon-x11-0']], dnf: 'qt6-qtbase-devel qt6-qtsvg-devel', pacman: 'qt6-base qt6-svg' },
]

/**
 * Every package with an install script, whether set-up does what it would do, and why. npm itself runs none (.npmrc); a
 * test fails for a package that is not decided on here.
 */
export const installScripts = {
  gl: { runs: true, why: 'links its binding against this Node; no binary for every Node is in the package' },
  '@nodegui/nodegui': { runs: true, why: 'fetches or builds the binding to Qt, too large for the npm registry' },
  'onnxruntime-node': { runs: true, why: 'fetches the CUDA provider, and only where there is a CUDA GPU; the CPU build is in the package' },
  '@nodegui/qode': { runs: false, why: 'would fetch a Node of its own; a small shim lets NodeGui run in plain Node' },
  'node-av': { runs: false, why: 'would fetch an ffmpeg program that Doppel does not use; the binding is in a package of its own' },
  '@julusian/midi': { runs: false, why: 'its bindings are in the package' },
  koffi: { runs: false, why: 'its binding is in a package of its own' },
}
