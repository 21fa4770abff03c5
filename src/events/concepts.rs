//! Countries, cities and other large names across languages: a word of one language goes in, the English name comes
//! out, so that documents in different languages can meet on it.

/// The concept that a folded word of a spaced script names.
pub(super) fn of_word(_folded: &str, _language: &str) -> Option<&'static str> {
    None
}

/// The concepts named in a run of Han or Katakana.
pub(super) fn in_dense(_run: &str) -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
