//! What makes it doubtful what a script does.

/// Whether all mentions of a variable in these texts read it: any other may set it.
pub(super) fn keeps(texts: &[String], name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    texts.iter().all(|text| {
        text.match_indices(name).all(|(at, _)| {
            let mut before = text[..at].chars().rev();
            let behind = &text[at + name.len()..];
            let (last, one_more) = (before.next(), before.next());
            let plain = last == Some('$') && !behind.starts_with('=');
            let braced = (last, one_more) == (Some('{'), Some('$'))
                && ["}", ":-", ":+", "-", "+", "%", "#"]
                    .iter()
                    .any(|sign| behind.starts_with(sign));
            plain || braced || part(last) || part(behind.chars().next())
        })
    })
}

/// Whether a command sets variables whose names are the values of others.
pub(super) fn sets_others(words: &[String]) -> bool {
    let named = ["declare", "export", "getopts", "local", "read", "readonly", "typeset", "unset"];
    let mut words = words.iter();
    let Some(first) = words.next() else { return false };
    let prints = first == "printf" && words.clone().any(|word| word == "-v");
    (prints || named.contains(&first.as_str())) && words.any(|word| word.starts_with('$'))
}

/// Whether a trap does nothing but what is known, one call behind the other.
pub(super) fn is_simple_trap(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let signs = ['(', ')', '`', '{', '}', '<', '>', '\\', '\'', '=', '*', '?', '#', '~', '!'];
    if text == "-" {
        return true;
    }
    let calls = text.split([';', '&', '|', '\n']);
    let mut firsts = calls.filter_map(|call| call.split_whitespace().next());
    !text.contains(signs) && firsts.all(|word| word != "trap" && word != "cd" && known(word))
}

/// What a word is that is nothing but a variable with a plain value for where it is not set.
pub(super) fn otherwise(word: &str) -> Option<&str> {
    let inside = word.split_once("${")?.1.strip_suffix('}')?;
    let (name, value) = inside.split_once(['-', '=']).filter(|(name, _)| !name.is_empty())?;
    let name = name.strip_suffix(':').unwrap_or(name);
    let word = |text: &str, more: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte))
    };
    (word(name, "_") && word(value, "_-./:@%+") && !value.contains("..")).then_some(value)
}

/// The text of a script in which the variables of the image are written out that are one plain word each, and that nothing of these texts
/// sets; between single quotes a shell reads none.
pub(super) fn written_out(
    text: &str,
    texts: &[String],
    variables: &std::collections::BTreeMap<String, String>,
) -> String {
    let mut all = texts.to_vec();
    all.push(text.to_owned());
    let quotes_documents = ["<<'", "<<\"", "<<\\"].iter().any(|sign| text.contains(sign));
    let plain = |value: &str| {
        !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:@%+".contains(&byte))
    };
    let known: Vec<(&String, &String)> = variables
        .iter()
        .filter(|(name, value)| !quotes_documents && plain(value) && keeps(&all, name))
        .collect();
    let bytes = text.as_bytes();
    let (mut out, mut at) = (String::new(), 0);
    let (mut single, mut double) = (false, false);
    while let Some(c) = text[at..].chars().next() {
        if c == '\\' && !single {
            let next = text[at + 1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&text[at..at + 1 + next]);
            at += 1 + next;
            continue;
        }
        single ^= c == '\'' && !double;
        double ^= c == '"' && !single;
        if c == '$' && !single {
            let found = known.iter().find_map(|(name, value)| {
                let braced = format!("${{{name}}}");
                if text[at..].starts_with(&braced) {
                    return Some((braced.len(), value));
                }
                let end = at + 1 + name.len();
                let ends = bytes
                    .get(end)
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
                (ends && text[at + 1..].starts_with(name.as_str()))
                    .then_some((1 + name.len(), value))
            });
            if let Some((length, value)) = found {
                out.push_str(value);
                at += length;
                continue;
            }
        }
        out.push(c);
        at += c.len_utf8();
    }
    out
}

/// Whether a word behind others is one replacement by sed, that neither writes a file nor runs anything (GNU sed, "The "s" Command").
pub(super) fn is_of_sed(front: &[String], word: &str) -> bool {
    let Some((program, options)) = front.split_first() else { return false };
    if program != "sed"
        || options.iter().any(|one| !one.starts_with('-'))
            && options.last().is_none_or(|one| one != "-e")
    {
        return false;
    }
    let scripts = options.iter().filter(|one| one.contains(['e', 'f'])).count();
    let behind = options
        .last()
        .is_some_and(|one| matches!(one.as_str(), "-e" | "-ne" | "-re" | "-ie" | "-Ee"));
    if scripts > 0 && !behind {
        return false;
    }
    let mut letters = word.chars();
    let (Some('s'), Some(sign)) = (letters.next(), letters.next()) else { return false };
    let pieces: Vec<&str> = word.split(sign).collect();
    "/#|,:@!%~+".contains(sign)
        && matches!(pieces.as_slice(), ["s", _, _, ends] if ends.bytes().all(|b| b"gIip123456789".contains(&b)))
        && !word.contains(['\n', '\\', '`'])
        && !word.contains("$(")
}

/// Whether a word may name a file of the project by a variable in it.
pub(super) fn is_open(word: &str) -> bool {
    let away = ["/tmp/", "/dev/", "/proc/", "/run/", "/etc/", "/var/log/", "/var/run/"];
    let away =
        away.iter().any(|folder| word.split('=').next_back().unwrap_or(word).starts_with(folder));
    let several = matches!(word, "$*" | "$@" | "${@}" | "${*}");
    word.contains('$')
        && otherwise(word).is_none()
        && (word.contains('/') || word.contains('*'))
        && !several
        && !word.contains("://")
        && (!away || word.contains(".."))
}

/// Whether a program of the system hands work to another one (GNU tar, "Compression"; findutils; gawk, "I/O Functions"; util-linux).
pub(super) fn asks_others(program: &str, words: &[String]) -> bool {
    let any = |test: &dyn Fn(&str) -> bool| words.iter().any(|word| test(word));
    match program {
        "awk" => any(&|word| word == "-f" || word.contains("system") || word.contains('|')),
        "find" => any(&|word| word.starts_with("-exec") || word.starts_with("-ok")),
        "flock" => true,
        "sort" => any(&|word| word.starts_with("--compress")),
        "split" => any(&|word| word.starts_with("--filter")),
        "tar" => words.iter().enumerate().any(|(at, word)| {
            let long = word.strip_prefix("--");
            let letters = long.is_none() && (at == 0 || word.starts_with('-'));
            let plain_gzip = ["extract", "file", "directory", "gzip", "create", "list", "strip"];
            word.contains('$')
                || letters && word.contains(['J', 'j', 'Z', 'I', 'a'])
                || long.is_some_and(|long| !plain_gzip.iter().any(|one| long.starts_with(one)))
                || [
                    "xz", "bz", "bz2", "tbz", "tbz2", "txz", "zst", "tzst", "lz", "lzma", "lzo",
                    "Z",
                ]
                .iter()
                .any(|end| word.rsplit_once('.').is_some_and(|(_, own)| own == *end))
        }),
        _ => false,
    }
}
