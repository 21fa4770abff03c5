//! A JSON value and a dotted path go in, the values at its end come out.
//!
//! A path is steps parted by dots: a key, or the number of a place in a list. A key asked of a list is asked of each
//! of its members. Alternatives are parted by `|`, the first that finds something wins. A text with `{path}` in it is
//! a template: each brace is replaced by what its path finds.

use serde_json::Value;

/// Most values that one path finds.
const MAX_FOUND: usize = 100;

/// All values that `path` finds in `value`, at most 100. An empty path is the value itself.
pub(crate) fn all<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    for way in path.split('|') {
        let found = one_way(value, way.trim());
        if found.iter().any(|value| !is_nothing(value)) {
            return found;
        }
    }
    Vec::new()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn one_way<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let mut next = Vec::new();
        for value in found {
            match value {
                Value::Array(members) => match step.parse::<usize>() {
                    Ok(at) => next.extend(members.get(at)),
                    Err(_) => next.extend(members.iter().filter_map(|member| member.get(step))),
                },
                other => next.extend(other.get(step)),
            }
            if next.len() > MAX_FOUND {
                break;
            }
        }
        next.truncate(MAX_FOUND);
        found = next;
    }
    found
}

/// The list at a path: its members; an object is a list of itself.
pub(crate) fn items<'a>(value: &'a Value, path: &str) -> Option<&'a [Value]> {
    let found = path.split('|').find_map(|way| one_way(value, way.trim()).into_iter().next())?;
    match found {
        Value::Array(members) => Some(members),
        Value::Object(_) => Some(std::slice::from_ref(found)),
        _ => None,
    }
}

/// The texts that a path finds; lists are opened, numbers written out.
pub(crate) fn texts(value: &Value, path: &str) -> Vec<String> {
    if path.contains('{') {
        return template(value, path).into_iter().collect();
    }
    let mut out = Vec::new();
    for found in all(value, path) {
        match found {
            Value::Array(members) => out.extend(members.iter().take(MAX_FOUND).filter_map(text)),
            other => out.extend(text(other)),
        }
    }
    out
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn template(value: &Value, template: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, behind) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&all(value, path).into_iter().find_map(text)?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// The first text that a path finds.
pub(crate) fn first(value: &Value, path: &str) -> Option<String> {
    texts(value, path).into_iter().next()
}

/// The first whole number that a path finds; a number with a fraction is rounded, a list is counted.
pub(crate) fn count(value: &Value, path: &str) -> Option<i64> {
    all(value, path).into_iter().find_map(|found| match found {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().filter(|n| n.abs() < 9e15).map(|n| n.round() as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        Value::Array(members) => i64::try_from(members.len()).ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_find_what_they_name() {
        let value = json!({"a": [{"b": {"c": "x"}}, {"b": {"c": 2}}], "n": 1.6, "e": "", "t": ["p", "q"]});
        assert_eq!(texts(&value, "a.b.c"), ["x", "2"]);
        assert_eq!(first(&value, "a.1.b.c").as_deref(), Some("2"));
        assert_eq!(first(&value, "e|missing|n").as_deref(), Some("1.6"));
        assert_eq!(texts(&value, "t"), ["p", "q"]);
        assert_eq!(first(&value, "/t/{a.b.c}/{t.1}").as_deref(), Some("/t/x/q"));
        assert_eq!(first(&value, "/t/{missing}"), None);
        assert_eq!((count(&value, "n"), count(&value, "t"), count(&value, "e")), (Some(2), Some(2), None));
        assert_eq!(items(&value, "a").map(<[Value]>::len), Some(2));
        assert_eq!(items(&value, "").map(<[Value]>::len), Some(1));
        assert_eq!(items(&value, "n"), None);
    }
}
