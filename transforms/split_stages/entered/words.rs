//! What is asked of the words and the text of a script, without a look at the image.

/// Words of the shell that set the variables that they name (POSIX, "Shell Command Language", 2.14 and 1.7; bash, "Shell Builtin
/// Commands").
const SETTERS: &[&str] =
    &["declare", "export", "getopts", "local", "read", "readonly", "typeset", "unset"];

/// Options by which tar calls a program that compresses (GNU tar, "Creating and Reading Compressed Archives"); gzip is essential.
const COMPRESSING: &[&str] = &[
    "--auto-compress",
    "--bzip2",
    "--compress",
    "--lzip",
    "--lzma",
    "--lzop",
    "--use-compress-program",
    "--xz",
    "--zstd",
    "--to-command",
    "--checkpoint-action",
];

/// Whether a command sets variables whose names are not written there; `raw` are its words as they stand.
pub(super) fn sets_unnamed(raw: &[String]) -> bool {
    let Some((first, rest)) = raw.split_first() else { return false };
    let sets = SETTERS.contains(&first.as_str())
        || first == "printf" && rest.iter().any(|word| word == "-v");
    sets && rest.iter().any(|word| word.trim_start_matches('"').starts_with(['$', '`']))
}

/// Whether what a trap does is calls of what a list names, one by one.
pub(super) fn is_plain_trap(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \n\t_-.;&|$\"/:,".contains(c);
    let harmless = |part: &str| match part.split_whitespace().next() {
        None => true,
        Some(first) => !matches!(first, "cd" | "trap") && known(first),
    };
    text == "-" || text.chars().all(plain) && text.split(['&', ';', '|', '\n']).all(harmless)
}

/// Whether a program of each system starts another one by what its words say; `None` is a word that is open.
pub(super) fn starts_another(name: &str, words: &[Option<String>]) -> bool {
    let mut known = words.iter().flatten();
    match name {
        "find" => known.any(|word| word.starts_with("-exec") || word.starts_with("-ok")),
        "awk" => {
            words.iter().any(Option::is_none)
                || known.any(|word| word.contains("system") || word.contains('|') || word == "-f")
        }
        "tar" => {
            let ends = [
                ".bz", ".bz2", ".lz", ".lzma", ".lzo", ".tbz", ".tbz2", ".txz", ".tzst", ".xz",
                ".Z", ".zst",
            ];
            let letters = |word: &str| word.contains(['a', 'I', 'j', 'J', 'Z']);
            words.iter().enumerate().any(|(at, word)| match word.as_deref() {
                None => true,
                Some(word) if word.starts_with("--") => {
                    COMPRESSING.iter().any(|option| word.starts_with(option))
                }
                Some(word) => {
                    (word.starts_with('-') || at == 0) && letters(word)
                        || ends.iter().any(|end| word.ends_with(end))
                }
            })
        }
        "flock" => true,
        "sort" => known.any(|word| word.starts_with("--compress")),
        "split" => known.any(|word| word.starts_with("--filter")),
        _ => false,
    }
}

/// The folder in front of a variable that names a file in it, and is all that a word has behind that, with a slash at its end: `bin/$name`.
pub(super) fn folder_in_front(raw: &str) -> Option<String> {
    let bare = raw.replace('"', "");
    let (folder, name) = bare.split_once('$')?;
    let name = name.strip_prefix('{').map_or(Some(name), |name| name.strip_suffix('}'))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let is_name = matches!(name, "@" | "*")
        || !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let known = folder.ends_with('/') && folder.chars().all(plain) && !folder.contains("..");
    (known && is_name && name != "*").then(|| folder.to_owned())
}

/// What an open word, as it stands, may be where its variables are not set, as `main.go` in `${FILE:-main.go}`.
pub(super) fn defaults(raw: &str) -> Vec<Option<String>> {
    let pieces = raw.split(['{', '}', ':', '=', '"']).map(|piece| piece.trim_start_matches('-'));
    pieces.filter(|piece| !piece.is_empty()).map(|piece| Some(piece.to_owned())).collect()
}

/// Whether an open word, as it stands, may name a file of the project by a variable or a pattern.
pub(super) fn may_name_a_file(raw: &str) -> bool {
    let bare = raw.trim_matches('"');
    let substituted = bare.starts_with("$(") && bare.ends_with(')');
    let elsewhere = ["/dev/", "/etc/", "/proc/", "/run/", "/tmp/", "/var/log/", "/var/run/"];
    let arguments = matches!(bare, "$*" | "$@" | "${@}" | "${*}");
    let open = bare.contains(['/', '*']) || !bare.contains('$');
    let away = elsewhere.iter().any(|folder| bare.starts_with(folder)) && !bare.contains("..");
    open && !substituted && !arguments && !away && !bare.contains("://")
}

/// A script with the values of variables in their places, where `value` knows them and no quote keeps the shell from that; what it does not
/// know stays, and all of it where a here-document is quoted.
pub(super) fn with_values(code: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    if code.contains("<<'") || code.contains("<<\"") || code.contains("<<\\") {
        return code.to_owned();
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut out, mut rest) = (String::with_capacity(code.len()), code);
    // Which quote is open.
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        match (c, quote) {
            ('\\', None | Some('"')) => {
                let next = behind.chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..1 + next]);
                rest = &behind[next..];
                continue;
            }
            ('\'' | '"', None) => quote = Some(c),
            ('\'' | '"', Some(open)) if open == c => quote = None,
            ('$', None | Some('"')) => {
                let braced = behind.strip_prefix('{').and_then(|inner| inner.split_once('}'));
                let end = behind.find(|c| !is_part(c)).unwrap_or(behind.len());
                let (name, left) = braced.unwrap_or_else(|| behind.split_at(end));
                let named = !name.is_empty() && name.chars().all(is_part);
                if let Some(value) = value(name).filter(|_| named) {
                    out.push_str(&value);
                    rest = left;
                    continue;
                }
            }
            _ => {}
        }
        out.push(c);
        rest = behind;
    }
    out
}

/// Whether an open word behind those of a command is what sed replaces, `s/a/$A/`: the first that is no option, or that behind `-e` (POSIX, "sed").
pub(super) fn replaces(front: &[Option<String>], raw: &str) -> bool {
    let known: Option<Vec<&str>> = front.iter().map(Option::as_deref).collect();
    let Some(["sed", options @ ..]) = known.as_deref() else { return false };
    let takes = |word: &&str, letter: char| {
        !word.starts_with("--") && word.strip_prefix('-').is_some_and(|it| it.ends_with(letter))
    };
    let takes_script = |word: &&str| takes(word, 'e') || *word == "--expression";
    let own = options.last().is_some_and(takes_script);
    let first = options.iter().all(|word| word.starts_with('-'))
        && !options
            .iter()
            .any(|word| takes(word, 'e') || takes(word, 'f') || word.starts_with("--"));
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    let Some(rest) = inner.and_then(|inner| inner.strip_prefix('s')) else { return false };
    let Some(sign) = rest.chars().next().filter(char::is_ascii_punctuation) else { return false };
    // Behind the last sign stand letters: `w` writes a file, and `e` starts a command (GNU sed).
    let mut parts = rest[1..].split(sign);
    let flags = parts.next_back().unwrap_or("?");
    let plain = flags.chars().all(|c| c.is_ascii_digit() || "gIip".contains(c));
    (own || first)
        && plain
        && parts.count() == 2
        && !rest.contains(['\n', '`', '\\'])
        && !rest.contains("$(")
        && !matches!(sign, '$' | '"' | '\\' | '{' | '}')
}

/// What a variable is where nobody sets it: `/etc/a.toml` of `${FILE:-/etc/a.toml}`, which is all of a word, or of what one sets.
pub(super) fn default_of(raw: &str) -> Option<&str> {
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let set = raw.split_once('=').filter(|(name, _)| is_name(name)).map(|(_, value)| value);
    let inner = set.unwrap_or(raw).trim_matches('"').strip_prefix("${")?.strip_suffix('}')?;
    let at = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|at| *at > 0)?;
    let value = inner[at..].trim_start_matches(':');
    let value = value.strip_prefix(['-', '='])?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+".contains(c);
    (value.chars().all(plain) && !value.contains("..")).then_some(value)
}
