//! Everything that a page shows goes in, one 64-bit fingerprint comes out: equal for equal pages, so that what did not
//! change is neither fetched nor rendered.

/// A fingerprint under way. Every part is told apart from its neighbours by its length.
#[derive(Clone, Default)]
pub(crate) struct Print(blake3::Hasher);

impl Print {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self::default()
    }
    /// With a number more.
    #[must_use]
    pub(crate) fn num(mut self, n: u64) -> Self {
        self.0.update(&n.to_le_bytes());
        self
    }
    /// With numbers more.
    #[must_use]
    pub(crate) fn nums(self, all: impl IntoIterator<Item = u64>) -> Self {
        let mut count = 0;
        let mut out = self;
        for n in all {
            out.0.update(&n.to_le_bytes());
            count += 1;
        }
        out.num(count)
    }
    /// With a text more.
    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }
    /// With what `Debug` tells of a value: for small nouns whose every field is shown.
    #[must_use]
    pub(crate) fn value(self, value: &impl std::fmt::Debug) -> Self {
        self.text(&format!("{value:?}"))
    }
    /// The fingerprint.
    pub(crate) fn done(&self) -> u64 {
        let hash = self.0.finalize();
        hash.as_bytes().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
    }
}
