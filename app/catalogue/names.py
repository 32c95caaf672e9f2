"""The names that a category answers to, beside its own: its aliases, and the plural and singular of all of them."""

from collections.abc import Iterator, Mapping, Sequence

import inflection

from model.names import match_key


def keys_of(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Match keys to slugs. `names`: of each slug the name, then the aliases.

    A name wins over an alias, and both over a plural or singular, whichever category they are of; that of a name wins
    over that of an alias. Of two aliases the first counts.
    """
    found = {match_key(slug): slug for slug in names}
    known = [(name, slug) for slug, (name, *_) in names.items()]
    known += [(alias, slug) for slug, (_, *aliases) in names.items() for alias in aliases if match_key(alias)]
    for form, slug in [*known, *_other_numbers(known)]:
        found.setdefault(match_key(form), slug)
    return found


def _other_numbers(known: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """`dogs` of `dog`, and `grape` of `grapes`. Of a name like `bus` it takes both, for either may be meant."""
    for name, slug in known:
        yield inflection.singularize(name), slug
        yield inflection.pluralize(name), slug
