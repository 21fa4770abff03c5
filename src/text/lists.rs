//! A file of word lists goes in, the entries of one of its sections come out. Sections open with `[name]`, entries stand on
//! lines of their own or are parted by ` | `, lines with `#` are comments.

/// The entries of section `name`; none where there is no such section.
pub(crate) fn list(text: &'static str, name: &str) -> Vec<&'static str> {
    text.lines()
        .skip_while(|line| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) != Some(name))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(" | "))
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .collect()
}
