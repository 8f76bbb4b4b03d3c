"""Colour models: of each colour, how likely it belongs to the subject. The same arithmetic as `doppel-colour.ts`."""
import torch
import torch.nn.functional as F

BINS = 16
FLOOR = 2e-5


def bin_of(rgb: torch.Tensor) -> torch.Tensor:
    """Bin numbers [B, N] of RGB 0..1 [B, 3, H, W]."""
    q = (rgb * 255 / (256 / BINS)).floor().clamp(0, BINS - 1).long().flatten(2)
    return (q[:, 0] * BINS + q[:, 1]) * BINS + q[:, 2]


def blur(hist: torch.Tensor) -> torch.Tensor:
    """Neighbouring colours count too: 1 2 1 along each axis of [B, 2, R, G, B]."""
    kernel = hist.new_tensor([0.25, 0.5, 0.25])
    flat = hist.flatten(0, 1)[:, None]
    for shape in ((3, 1, 1), (1, 3, 1), (1, 1, 3)):
        flat = F.conv3d(flat, kernel.view(1, 1, *shape), padding=tuple(s // 2 for s in shape))
    return flat.view_as(hist)


def histogram(bins: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Shares [B, 2, R, G, B] of colours outside and inside a soft mask [B, 1, H, W]; each sums to 1, or 0 where there is none."""
    inside = mask.flatten(1)
    weights = torch.stack([1 - inside, inside], 1)
    hist = torch.zeros(*weights.shape[:2], BINS**3)
    hist.scatter_add_(2, bins[:, None].expand(-1, 2, -1), weights)
    hist = hist / hist.sum(2, keepdim=True).clamp(min=1.0)
    return blur(hist.view(*weights.shape[:2], BINS, BINS, BINS))


def posterior(hist: torch.Tensor, bins: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Chance of the subject [B, 1, H, W], both being as likely beforehand."""
    shares = hist.flatten(2).gather(2, bins[:, None].expand(-1, 2, -1)) + FLOOR
    return (shares[:, 1] / shares.sum(1)).view(-1, 1, height, width)
