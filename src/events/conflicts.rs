//! Where reports differ: the texts of an event's articles go in, conflicting numbers about the same thing come out.

/// Conflicting numbers about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the numbers count, in the words of the reports.
    pub about: String,
    /// `(article's key, the number with its surroundings)`, in the order of the articles.
    pub versions: Vec<(String, String)>,
}

/// Finds the numbers on which `members` (`(key, text)`, in order) disagree. Bounded.
pub fn conflicts(_members: &[(&str, &str)]) -> Vec<Difference> {
    Vec::new()
}
