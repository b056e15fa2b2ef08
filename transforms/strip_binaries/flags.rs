//! The linker flags of a call of the Go compiler, and where more of them go.

use dockslim_syntax::Dockerfile;

use crate::facts::Command;

/// What becomes of the linker flags of a call.
pub(super) enum LinkerFlags {
    /// The author has decided about symbols.
    Decided,
    /// This text goes behind this byte.
    At(usize, &'static str),
}

/// Where `-s -w` goes; `Err` names a word that cannot be read.
pub(super) fn linker_flags(
    dockerfile: &Dockerfile<'_>,
    command: &Command<'_>,
) -> Result<LinkerFlags, String> {
    let Some(call) = command.package_call() else { return Err("the call".to_owned()) };
    let words = command.call.map_or(&[][..], |call| call.simple.words.as_slice());
    let Some(verb) = call.operands().next() else { return Err("the verb".to_owned()) };
    let Some(verb_word) = words.get(verb) else {
        // The exec form: nothing is inserted there.
        return Ok(LinkerFlags::At(command.span.start, ""));
    };
    // Of several the last one counts (`go help build`).
    let mut last = None;
    for (at, word) in words.iter().enumerate().skip(call.program.end) {
        let raw = dockerfile.text(word.span);
        let bare = raw.trim_start_matches(['"', '\'']);
        let name = bare.trim_start_matches('-');
        if bare.starts_with('-') && name.starts_with("ldflags") {
            let value = match name.strip_prefix("ldflags=") {
                Some(_) => word.span.start + raw.find('=').unwrap_or_default() + 1,
                None => words.get(at + 1).ok_or_else(|| raw.to_string())?.span.start,
            };
            last = Some((value, words_end(words, at, name)));
        }
        let argument = at > 0 && matches!(command.words[at - 1].as_deref(), Some("-o" | "--o"));
        if command.words[at].is_none() && !argument && bare.starts_with(['$', '`']) {
            return Err(raw.into_owned());
        }
    }
    match last {
        Some((from, to)) => into_quoted(dockerfile, from, to),
        None => {
            let behind = words.get(verb + 1).map(|word| dockerfile.text(word.span));
            // "If used, this flag must be the first one in the command line" (`go help build`, -C).
            let first = match behind.as_deref() {
                Some("-C" | "--C") => words.get(verb + 2),
                Some(word) if word.starts_with("-C=") || word.starts_with("--C=") => {
                    words.get(verb + 1)
                }
                _ => None,
            };
            let end = first.unwrap_or(verb_word).span.end;
            Ok(LinkerFlags::At(end, " -ldflags=\"-s -w\""))
        }
    }
}

/// The end of the value of `-ldflags`.
fn words_end(words: &[dockslim_syntax::shell::Word], at: usize, name: &str) -> usize {
    let value = if name.starts_with("ldflags=") { at } else { at + 1 };
    words.get(value).map_or(0, |word| word.span.end)
}

/// Into a quoted list that begins with a flag. `pattern=flags` and a list that a variable opens stay.
fn into_quoted(dockerfile: &Dockerfile<'_>, from: usize, to: usize) -> Result<LinkerFlags, String> {
    let value = dockerfile.source.get(from..to).unwrap_or_default();
    let decided = |value: &str| {
        let flags = value.split([' ', '"', '\'', '\t', '\n']);
        flags.into_iter().any(|flag| matches!(flag, "-s" | "-w" | "-s=true" | "-w=true"))
    };
    if decided(value) {
        return Ok(LinkerFlags::Decided);
    }
    let quoted = value.strip_prefix('"').or_else(|| value.strip_prefix('\''));
    match quoted {
        Some(inner) if inner.starts_with('-') => Ok(LinkerFlags::At(from + 1, "-s -w ")),
        _ => Err(value.to_owned()),
    }
}
