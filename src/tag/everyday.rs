//! A folded name goes in; the languages in which it is also a common word come out.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::tag::tongue::Tongues;
use crate::text::lists::list;

static COMMON: LazyLock<HashMap<&str, Tongues>> = LazyLock::new(|| {
    let mut common = HashMap::new();
    for (language, tongue) in Tongues::EACH {
        for word in list(include_str!("everyday.txt"), language) {
            let known = common.entry(word).or_insert(Tongues::NONE);
            *known = known.with(tongue);
        }
    }
    common
});

/// The languages in which `folded` is a word of everyday language: there a capital at the start of a sentence makes
/// no name of it. [`Tongues::NONE`] for every other name.
pub(super) fn common_in(folded: &str) -> Tongues {
    COMMON.get(folded).copied().unwrap_or(Tongues::NONE)
}

/// True for a word of everyday language, whichever.
pub(super) fn is_common(folded: &str) -> bool {
    common_in(folded) != Tongues::NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_common_in_some_languages_only() {
        assert!(is_common("apple") && is_common("best buy") && !is_common("nvidia"));
        assert!(!common_in("apple").meets(Tongues::DE) && common_in("link").meets(Tongues::DE));
    }
}
