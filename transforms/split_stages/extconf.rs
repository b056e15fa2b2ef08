//! Scripts of mkmf, which say what an extension of Ruby is linked with, and gemspecs, which say which scripts these are.
//!
//! Sources: Ruby, "mkmf"; RubyGems, "Gems with Extensions"; docker-library/ruby, which installs the headers of `OWN` in slim images and takes
//! them away again; GNU C Library, "Library Summary", of which the libraries of `OF_C` are parts.

use super::launch::base_name;

/// Libraries that slim images of Ruby have.
const OWN: &[&str] = &["crypto", "ffi", "ssl", "yaml", "z"];

/// Libraries that come with the C library.
const OF_C: &[&str] = &["c", "dl", "m", "pthread", "rt", "util"];

/// Whether a script may link an extension with more than slim images of Ruby have, or does what is not known.
pub(super) fn links_more(script: &str) -> bool {
    !statements(script).all(is_plain)
}

/// Whether a gemspec names a script for its extensions that is no `extconf.rb`.
pub(super) fn configures_otherwise(gemspec: &str) -> bool {
    statements(gemspec).any(|statement| {
        let Some((_, named)) = statement.split_once(".extensions") else { return false };
        let listed = ["%w[", "%w("].iter().find_map(|open| named.split_once(open));
        let names: Vec<&str> = match listed {
            Some((_, words)) => {
                words.trim_end_matches(['}', ' ', ']', ')']).split_whitespace().collect()
            }
            None => named.split(['"', '\'']).skip(1).step_by(2).collect(),
        };
        names.is_empty() || !names.iter().all(|name| base_name(name) == "extconf.rb")
    })
}

/// The statements of a script, without comments at their ends.
fn statements(script: &str) -> impl Iterator<Item = &str> {
    script.lines().flat_map(|line| parts(line, &[";"])).map(str::trim)
}

/// What stands between signs that are not between quotes, up to a comment.
fn parts<'t>(text: &'t str, signs: &[&str]) -> Vec<&'t str> {
    let (mut found, mut start, mut quote) = (Vec::new(), 0, None);
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (Some(_), '\\') => _ = rest.next(),
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => {
                found.push(&text[start..at]);
                return found;
            }
            (None, _) => {
                if let Some(sign) = signs.iter().find(|sign| text[at..].starts_with(**sign)) {
                    found.push(&text[start..at]);
                    start = at + sign.len();
                }
            }
        }
    }
    found.push(text.get(start..).unwrap_or_default());
    found
}

/// Whether a statement only names what is made, tells a compiler how to compile, asks for what slim images have, or ends where it is
/// missing.
fn is_plain(statement: &str) -> bool {
    if matches!(statement, "" | "else" | "end") {
        return true;
    }
    let condition = ["if ", "unless ", "elsif "].iter().find_map(|it| statement.strip_prefix(it));
    if let Some(condition) = condition {
        return parts(condition, &["&&", " and ", "||", " or "]).into_iter().all(asks);
    }
    if let [front, condition] = parts(statement, &[" unless ", " if "]).as_slice() {
        return is_plain(front) && is_plain(&format!("if {condition}"));
    }
    let ends = |text: &str| {
        ["abort", "exit", "raise"].iter().any(|word| {
            let said = text.strip_prefix(word).map(|said| said.trim_matches(['(', ')', ' ']));
            said.is_some_and(|said| said.is_empty() || is_text(said) || said.parse::<u8>().is_ok())
        })
    };
    let ways = parts(statement, &["&&", "||", " or ", " and "]);
    ways.iter().map(|way| way.trim()).all(|way| ends(way) || asks(way) || sets(way) || makes(way))
}

/// The arguments of a call, with parentheses around them or not.
fn arguments<'t>(text: &'t str, name: &str) -> Option<Vec<&'t str>> {
    let rest = text.trim().strip_prefix(name)?;
    let inside = match rest.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')')?,
        None => rest.strip_prefix(' ')?,
    };
    Some(parts(inside, &[","]).into_iter().map(str::trim).collect())
}

/// Whether a word is one text between quotes, in which nothing is evaluated.
fn is_text(word: &str) -> bool {
    let quote = word.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inside = quote.and_then(|quote| word[1..].strip_suffix(quote));
    inside.is_some_and(|inside| !inside.contains(['"', '\'', '#', '\\', '`']))
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}

/// Whether a call asks for a library that slim images have, for a header, or for what headers declare.
fn asks(text: &str) -> bool {
    let texts = |words: &[&str]| words.iter().all(|word| *word == "nil" || is_text(word));
    let library = ["have_library", "find_library"].iter().find_map(|name| arguments(text, name));
    if let Some(words) = library {
        let plain = words.iter().all(|word| !word.contains('/'));
        return words.first().is_some_and(|word| {
            is_text(word) && (OWN.contains(&unquoted(word)) || OF_C.contains(&unquoted(word)))
        }) && plain
            && texts(&words);
    }
    let others = ["have_const", "have_func", "have_header", "have_macro", "have_type"];
    let other = others.iter().find_map(|name| arguments(text, name));
    // Who builds may name folders for it, behind `--`.
    let folder = arguments(text, "dir_config").filter(|words| words.len() == 1);
    other.or(folder).is_some_and(|words| texts(&words))
}

/// Whether flags for a compiler or linker are set that bring no library but those of the C library.
fn sets(text: &str) -> bool {
    let harmless = |flag: &str| {
        let compiles =
            ["-D", "-O", "-W", "-g", "-m", "-std="].iter().any(|it| flag.starts_with(it));
        let hands_on = ["-Wl,", "-Wa,", "-Wp,"].iter().any(|it| flag.starts_with(it));
        let library = flag.strip_prefix("-l").is_some_and(|name| OF_C.contains(&name));
        compiles && !hands_on || library || matches!(flag, "-fPIC" | "-pedantic" | "-pthread")
    };
    let flags = |word: &str| is_text(word) && unquoted(word).split_whitespace().all(harmless);
    if let Some(words) = arguments(text, "append_cflags") {
        return words.into_iter().all(flags);
    }
    let variables = ["$CFLAGS", "$CPPFLAGS", "$CXXFLAGS", "$LDFLAGS", "$libs", "$warnflags"];
    let rest = variables.iter().find_map(|name| text.strip_prefix(name)).map(str::trim_start);
    let value = rest.and_then(|rest| ["<<", "+=", "="].iter().find_map(|it| rest.strip_prefix(it)));
    value.is_some_and(|value| flags(value.trim()))
}

/// Whether a call loads a library of Ruby, or says what is made.
fn makes(text: &str) -> bool {
    const LOADED: &[&str] = &["English", "fileutils", "mkmf", "pathname", "rbconfig"];
    if let Some(words) = arguments(text, "require") {
        return words.iter().all(|word| is_text(word) && LOADED.contains(&unquoted(word)));
    }
    let words = ["create_header", "create_makefile"].iter().find_map(|it| arguments(text, it));
    let plain = |word: &&str| {
        is_text(word)
            && unquoted(word).chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
    };
    text == "create_header" || words.is_some_and(|words| words.iter().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_link_nothing_of_the_full_image() {
        for script in [
            "require 'mkmf'; create_makefile('x/x')",
            "require \"mkmf\" # it makes the Makefile\n\ncreate_makefile \"x/x\"\n",
            "have_library('m')",
            "$CFLAGS << ' -O3 -Wall'",
            "append_cflags('-O2', \"-std=c99\")",
            "abort 'no zlib; install it' unless have_header('zlib.h') && have_library('z')",
            "have_library('z', 'inflate') or abort 'z is missing'",
            "unless have_header('zlib.h') && have_library('z')\n  abort 'missing'\nend",
            "if have_func('rb_str_format')\n  $CFLAGS += ' -DX=1'\nelse\n  exit 1\nend",
            "$libs += ' -lm'",
            "dir_config('x')",
        ] {
            assert!(!links_more(script), "{script}");
        }
    }

    #[test]
    fn scripts_that_may_link_more() {
        for script in [
            "have_library('sqlite3')",
            "have_library('z') && have_library('pq')",
            "$CFLAGS << ' -Wl,-lpq'",
            "$libs << ' -lpq'",
            "$libs << \" -l#{name}\"",
            "dir_config('x', '/opt/include', '/opt/lib')",
            "pkg_config('x')",
            "system('make -C ../lib')",
            "abort 'no' unless pkg_config('z')",
            "require_relative 'more'",
            "require './more'",
            "have_library(name)",
            "$objs << `ls`",
        ] {
            assert!(links_more(script), "{script}");
        }
    }

    #[test]
    fn scripts_of_gemspecs() {
        for (gemspec, otherwise) in [
            ("s.extensions = ['ext/x/extconf.rb']", false),
            (
                "S.new { |s| s.files = ['lib/x.rb']; s.extensions = ['ext/x/extconf.rb']; s.name = 'x' }",
                false,
            ),
            ("s.extensions = %w[ext/x/extconf.rb ext/y/extconf.rb]", false),
            ("s.extensions << 'ext/x/Rakefile'", true),
            ("s.extensions = [", true),
            ("s.extensions = %w[ext/x/extconf.rb ext/y/build.rb]", true),
        ] {
            assert_eq!(configures_otherwise(gemspec), otherwise, "{gemspec}");
        }
    }
}
