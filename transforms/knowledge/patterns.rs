//! Patterns of the tables: names of images, and paths that a removal covers.

use std::borrow::Cow;

use serde::Deserialize;

/// A pattern of images, `name:tag` with `*`, `?` and `[…]`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct ImagePattern(pub(crate) String);

/// Whether the image that `reference` names is one of these.
pub(crate) fn any_image(patterns: &[ImagePattern], reference: &str) -> bool {
    let image = tagged(reference);
    patterns.iter().any(|pattern| glob(&pattern.0, &image))
}

/// An image as patterns name it: an official one has no prefix here, a missing tag is `latest`, and the digest says nothing.
fn tagged(reference: &str) -> Cow<'_, str> {
    let image = reference.split_once('@').map_or(reference, |(image, _)| image);
    let image = ["docker.io/", "index.docker.io/"]
        .iter()
        .find_map(|registry| image.strip_prefix(registry))
        .unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let name = image.rfind('/').map_or(image, |slash| &image[slash + 1..]);
    if name.contains(':') { image.into() } else { format!("{image}:latest").into() }
}

/// Whether `rm -r` of `removed` empties or deletes the directory `place` of a table.
///
/// `removed` is the text of the word without its quotes. `home` is what `~` stands for, as far as
/// that is known; `~`, `$HOME` and `${HOME}` are the same in any case.
pub(crate) fn removes(removed: &str, place: &str, home: Option<&str>) -> bool {
    let removed = at_home(removed, home);
    let place = at_home(place, home);
    if removed.starts_with('/') != place.starts_with('/') {
        return false;
    }
    let mut wanted = components(&place);
    let mut given = components(&removed).peekable();
    if given.peek().is_none() {
        return true;
    }
    while let Some(pattern) = given.next() {
        match wanted.next() {
            Some(component) if covers_component(pattern, component) => {}
            Some(_) => return false,
            // What the directory holds: `lists/*`, `cache/*.gem`.
            None => return pattern.starts_with('*') && given.next().is_none(),
        }
    }
    true
}

/// The path with `~` in front if it lies in the home directory.
fn at_home(path: &str, home: Option<&str>) -> String {
    let homes = ["$HOME", "${HOME}"].into_iter().chain(home.filter(|home| *home != "/"));
    for home in homes {
        if let Some(rest) = path.strip_prefix(home)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return format!("~{rest}");
        }
    }
    path.to_string()
}

/// The names of a path. A substitution may hold slashes and is one name together with what follows it.
fn components(path: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    path.split(move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '/' && depth == 0
    })
    .filter(|name| !name.is_empty() && *name != ".")
}

/// Whether what was written for one name of a path takes the name of the table with it.
fn covers_component(written: &str, name: &str) -> bool {
    // A pattern does not find names with a dot in front, unless it has one itself.
    let hidden = name.starts_with('.') && !written.starts_with('.');
    written == name || glob(name, written) || (!hidden && glob(written, name))
}

/// Whether `text` matches `pattern`, in which `*` is any text, `?` any character and `[…]` one of
/// a set with ranges.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    fn matches(pattern: &[u8], text: &[u8]) -> bool {
        let Some((&first, rest)) = pattern.split_first() else { return text.is_empty() };
        match first {
            b'*' => (0..=text.len()).any(|skipped| matches(rest, &text[skipped..])),
            b'?' => text.split_first().is_some_and(|(_, tail)| matches(rest, tail)),
            b'[' if rest.contains(&b']') => {
                let end = rest.iter().position(|&b| b == b']').expect("just seen");
                text.split_first().is_some_and(|(&byte, tail)| {
                    in_set(&rest[..end], byte) && matches(&rest[end + 1..], tail)
                })
            }
            _ => {
                text.split_first().is_some_and(|(&byte, tail)| byte == first && matches(rest, tail))
            }
        }
    }
    fn in_set(set: &[u8], byte: u8) -> bool {
        match set {
            [from, b'-', to, rest @ ..] => (*from..=*to).contains(&byte) || in_set(rest, byte),
            [one, rest @ ..] => *one == byte || in_set(rest, byte),
            [] => false,
        }
    }
    matches(pattern.as_bytes(), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_compared_by_name_and_tag() {
        let matches =
            |pattern: &str, image: &str| any_image(&[ImagePattern(pattern.into())], image);
        assert!(matches("ubuntu:1[0-5].*", "ubuntu:14.04"));
        assert!(!matches("ubuntu:1[0-5].*", "ubuntu:16.04"));
        assert!(matches("alpine:latest", "docker.io/library/alpine"));
        assert!(matches("python:*", "python:3.12@sha256:00"));
        assert!(!matches("python:*", "registry:5000/python"));
        assert!(matches("*:*alpine*", "node:20-alpine3.20"));
        assert!(!matches("alpine:3.[0-2]", "alpine:3.20"));
        assert!(matches("jupyter/*", "jupyter/base-notebook"));
    }

    #[test]
    fn a_removal_covers_a_place_its_contents_and_what_is_below_a_parent() {
        let lists = "/var/lib/apt/lists";
        for removed in [
            "/var/lib/apt/lists",
            "/var/lib/apt/lists/",
            "/var/lib/apt/lists/*",
            "/var/lib/apt",
            "/var/lib/apt/*",
            "/var/lib/apt//lists/./*",
            "/var/lib/apt/lists/*_dists_*",
            "/var/lib/*",
            "/",
        ] {
            assert!(removes(removed, lists, None), "{removed}");
        }
        for removed in [
            "/var/lib/apt/lists/partial/*",
            "/var/lib/apt/list/*",
            "/var/apt/lists/*",
            "/var/lib/apt/archives",
            "var/lib/apt/lists/*",
            "/var/lib/apt/lists/lock",
            "",
        ] {
            assert!(!removes(removed, lists, None) || removed.is_empty(), "{removed}");
        }
    }

    #[test]
    fn home_has_several_spellings() {
        let pip = "~/.cache/pip";
        for removed in [
            "~/.cache",
            "$HOME/.cache/pip",
            "${HOME}/.cache/*",
            "/root/.cache",
            "/root/.cache/*",
            "/root/.c*",
        ] {
            assert!(removes(removed, pip, Some("/root")), "{removed}");
        }
        assert!(!removes("/root/.cache", pip, None));
        assert!(!removes("/home/app/.cache", pip, Some("/root")));
        assert!(!removes("/root/*", pip, Some("/root")), "a star finds no hidden files");
        assert!(!removes("/rootless", pip, Some("/root")));
    }

    #[test]
    fn a_place_may_be_a_pattern_itself() {
        let cache = "/usr/lib/ruby/gems/*/cache";
        assert!(removes("/usr/lib/ruby/gems/2.7.0/cache/*.gem", cache, None));
        assert!(removes("/usr/lib/ruby/gems/*/cache/*", cache, None));
        let asked = "$(*gem* env gemdir)/cache";
        assert!(removes("$(gem env gemdir)/cache/*.gem", asked, None));
        assert!(removes("$(/usr/bin/gem2.7 env gemdir)/cache", asked, None));
    }
}
