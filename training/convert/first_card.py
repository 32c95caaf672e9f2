"""The card of a network that was trained on many categories, before anybody has looked at its drawings."""

from collections.abc import Mapping, Sequence

from model.card import Card, DataPart, SubjectCard
from model.names import slug
from training.data.quickdraw import known
from training.shared.network import SharedNetwork

MAX_POINTS = 200  # of a category whose drawings nobody has counted
TEMP_XY, TEMP_P = 0.15, 0.7  # where one setting for all does best (docs/lab-notes.md)


def card_of(
    network: SharedNetwork, names: Sequence[str], system: str, most_points: Mapping[str, int], data: Sequence[DataPart]
) -> Card:
    """The card of a network by that name; `most_points` of each category by its name, where they are known."""
    subjects = []
    for name in names:
        about = known(name)
        subjects.append(
            SubjectCard(
                name=name,
                slug=slug(name),
                max_points=most_points.get(name, MAX_POINTS),
                temp_xy=TEMP_XY,
                temp_p=TEMP_P,
                aliases=about.aliases,
                group=about.group,
            )
        )
    return Card(
        system=system,
        hidden=network.config.hidden,
        mixtures=network.config.mixtures,
        latent=network.config.latent,
        mean=tuple(network.mean.tolist()),
        std=tuple(network.std.tolist()),
        subjects=tuple(subjects),
        data=tuple(data),
    )
