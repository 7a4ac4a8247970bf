"""Find the models of a brand that a name can mean, before any version is compared."""

from __future__ import annotations

from collections import defaultdict

from rapidfuzz import fuzz, process

from inventory.matching.reading import Reading

# How a model of the catalogue was found in a name, surest first.
SAME, WITHIN, SPREAD, TEXT, WIDER, ALIKE = "same", "within", "spread", "text", "wider", "alike"
_ORDER = {SAME: 0, WITHIN: 1, SPREAD: 2, WIDER: 3, TEXT: 4, ALIKE: 5}
_MOST_FAMILIES = 6
_ALIKE_ENOUGH = 86.0
_HEAD = 4  # words at the head of a text without a model field among which the model is looked for


class Shelf:
    """The models of one brand, arranged for looking them up by the words of a name."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[str, ...]] = {}
        self._model_of: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._found: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, str], ...]] = {}

    def add(self, model: str, words: tuple[str, ...]) -> None:
        """Add a model (its tight name) under the words by which a text may call it."""
        key = "".join(words)
        if not key or key in self.words or (key in self._model_of and key != model):
            return
        self.words[key] = words
        self._model_of[key] = model
        for word in words:
            self._by_word[word].add(key)

    def find(self, name: Reading, text_words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return (model, how it was found), surest first; `text_words` are the version's words."""
        hints = tuple(word for word in text_words if word in self._by_word)
        key = (name.model, hints if name.model else text_words[: _HEAD + 3])
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look(name, text_words)
        return found

    def _look(self, name: Reading, text_words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Look a name up."""
        if not name.model:
            return self._at_head(text_words)
        found = {name.model: SAME} if name.model in self.words else {}
        if not found:
            self._add_grams(found, name.model_words, WITHIN)
        self._add_by_words(found, name, text_words)
        if name.model not in self.words:
            self._add_grams(found, text_words, TEXT)
        if not found:
            close = process.extract(
                name.model, list(self.words), scorer=fuzz.ratio, score_cutoff=_ALIKE_ENOUGH, limit=3
            )
            found = {model: ALIKE for model, _, _ in close}
        ranked = sorted(found.items(), key=lambda item: (_ORDER[item[1]], -len(item[0]), item[0]))
        best: dict[str, str] = {}
        for alias, how in ranked:
            best.setdefault(self._model_of[alias], how)
        return tuple(best.items())[:_MOST_FAMILIES]

    def _add_by_words(
        self, found: dict[str, str], name: Reading, text_words: tuple[str, ...]
    ) -> None:
        """Add the models whose words the name says, or that say more than its model field."""
        own = set(name.model_words)
        said = own | set(text_words)
        for word in said & self._by_word.keys():
            for model in self._by_word[word]:
                words = set(self.words[model])
                if words <= said and words & own:
                    found.setdefault(model, SPREAD)
                elif own <= words and name.model not in self.words:
                    found.setdefault(model, WIDER)

    def _at_head(self, text_words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return the longest model that the head of a text names."""
        for start in range(min(_HEAD, len(text_words))):
            for size in (4, 3, 2, 1):
                gram = "".join(text_words[start : start + size])
                if gram in self.words:
                    return ((self._model_of[gram], SAME),)
        return ()

    def _add_grams(self, found: dict[str, str], words: tuple[str, ...], how: str) -> None:
        """Add every model that consecutive words spell."""
        for start in range(len(words)):
            for size in (1, 2, 3):
                gram = "".join(words[start : start + size])
                if len(gram) > 1 and gram in self.words:
                    found.setdefault(gram, how)
