//! Calls of `dotnet`, and the restore that finds what they need.

use super::super::because;
use super::super::reasons;
use super::super::toolchains::{Call, Word};
use crate::pass::Refusal;

/// What a word does with the next one, and whether a restore is told the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It stands alone, and is left out.
    Plain,
    /// It stands alone, and a restore takes it.
    Kept,
    /// It has an argument, and is left out.
    Argument,
    /// It has an argument, and a restore takes it.
    KeptArgument,
    /// It may be followed by `true` or `false`.
    Switch,
}

/// What a call says about its restore.
#[derive(Default)]
pub(super) struct Restore<'c> {
    /// The project, solution or folder that is named.
    pub(super) project: Option<&'c str>,
    /// The file of settings that is named.
    pub(super) settings: Option<&'c str>,
    /// Whether it keeps to what is locked.
    pub(super) locked: bool,
}

/// What an option is in a call of `verb`; nothing if it is not known.
fn option(verb: &str, name: &str) -> Option<Told> {
    use Told::{Argument, Kept, KeptArgument, Plain, Switch};
    let restores = verb == "restore";
    Some(match name {
        "-r" | "--runtime" => KeptArgument,
        // https://learn.microsoft.com/dotnet/core/tools/dotnet-restore lists these two for newer ones only.
        "-a" | "--arch" | "--os" if restores => KeptArgument,
        "-a" | "--arch" | "--os" => Argument,
        "-v" | "--verbosity" if restores => KeptArgument,
        "-s" | "--source" | "--configfile" if restores => KeptArgument,
        "--locked-mode"
        | "--disable-parallel"
        | "--no-cache"
        | "--no-http-cache"
        | "-f"
        | "--force"
        | "--ignore-failed-sources"
        | "--nologo"
        | "-nologo"
            if restores =>
        {
            Kept
        }
        "-c" | "--configuration" | "-o" | "--output" | "-f" | "--framework" | "-v"
        | "--verbosity" | "--version-suffix"
            if !restores =>
        {
            Argument
        }
        "--self-contained" | "--sc" | "--ucr" | "--use-current-runtime" if !restores => Switch,
        "--nologo"
        | "-nologo"
        | "/nologo"
        | "--no-self-contained"
        | "--no-incremental"
        | "--include-symbols"
        | "--include-source"
        | "--disable-build-servers"
            if !restores =>
        {
            Plain
        }
        _ => return None,
    })
}

/// Goes through the words behind the verb.
fn each<'w, 'c>(
    call: &'w Call<'c>,
    mut meet: impl FnMut(Option<Told>, &'w Word<'c>, Option<&'w Word<'c>>),
) -> Result<(), Refusal> {
    let unread = |word: &Word<'_>| {
        let message = format!("what `{}` lets it restore is not known", word.shown());
        (&reasons::UNREAD_CALL, message)
    };
    let (first, rest) = call.words.split_first().ok_or_else(|| because(&reasons::UNREAD_CALL))?;
    let verb = first.text.ok_or_else(|| unread(first))?;
    let mut words = rest.iter().peekable();
    while let Some(word) = words.next() {
        let text = word.shown();
        if matches!(text, "--no-restore" | "--no-build") {
            let message = format!("`{text}` keeps it from downloading anything");
            return Err((&reasons::NOTHING_TO_DOWNLOAD, message));
        }
        if is_property(text) {
            if !is_harmless_property(text) {
                return Err(unread(word));
            }
            meet(Some(Told::Kept), word, None);
        } else if text.starts_with('-') || (text.starts_with('/') && text.contains(':')) {
            let (name, value) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
            let known = option(verb, name).ok_or_else(|| unread(word))?;
            let takes = matches!(known, Told::Argument | Told::KeptArgument);
            let switched = |next: &&Word<'_>| {
                known == Told::Switch && matches!(next.text, Some("true" | "false"))
            };
            let argument = if takes && value.is_none() {
                Some(words.next().ok_or_else(|| unread(word))?)
            } else {
                words.next_if(switched)
            };
            meet(Some(known), word, argument);
        } else {
            meet(None, word, None);
        }
    }
    Ok(())
}

/// Whether a word sets a property of MSBuild.
fn is_property(text: &str) -> bool {
    ["-p:", "/p:", "-property:", "--property:", "/property:"]
        .iter()
        .any(|sign| text.starts_with(sign))
}

/// Whether a property leads a restore to no file, and gives it no other place to write to.
fn is_harmless_property(text: &str) -> bool {
    let name = text.split_once(':').map_or("", |(_, rest)| rest);
    let name = name.split('=').next().unwrap_or_default().to_ascii_lowercase();
    let leads = [
        "restore",
        "intermediate",
        "extensions",
        "nuget",
        "directory",
        "import",
        "artifacts",
        "custom",
        "lock",
        ";",
    ];
    !name.is_empty() && !leads.iter().any(|part| name.contains(part)) && !text.contains(';')
}

impl<'c> Restore<'c> {
    /// Reads the words of a call, be it a restore or a build.
    pub(super) fn of(call: &Call<'c>) -> Result<Self, Refusal> {
        let mut restore = Self::default();
        let mut unclear = None;
        each(call, |known, word, argument| match (known, argument) {
            (None, _) if restore.project.is_some() || word.text.is_none() => {
                unclear = Some(because(&reasons::UNREAD_CALL));
            }
            (None, _) => restore.project = word.text,
            (Some(_), Some(argument)) if word.shown() == "--configfile" => {
                restore.settings = argument.text;
                if argument.text.is_none() {
                    unclear = Some(because(&reasons::UNREAD_CALL));
                }
            }
            (Some(_), argument) if matches!(word.shown(), "-s" | "--source") => {
                let remote =
                    |word: &Word<'_>| word.text.is_some_and(|text| text.starts_with("https://"));
                if !argument.is_some_and(remote) {
                    unclear = Some(because(&reasons::NAMES_FILES));
                }
            }
            // `--source=…` and the like.
            (Some(Told::KeptArgument), None) if !word.shown().starts_with("--runtime=") => {
                unclear = Some(because(&reasons::UNREAD_CALL));
            }
            _ => restore.locked |= word.shown() == "--locked-mode",
        })?;
        unclear.map_or(Ok(restore), Err)
    }
}

/// The words of a restore that finds what the call needs.
pub(in super::super) fn words(call: &Call<'_>) -> String {
    let mut words = vec!["restore"];
    let told = each(call, |known, word, argument| {
        if matches!(known, None | Some(Told::Kept | Told::KeptArgument)) {
            words.push(&word.raw);
            words.extend(argument.map(|argument| argument.raw.as_str()));
        }
    });
    // A call that cannot be read gets no step at all.
    debug_assert!(told.is_ok(), "it has been read before");
    words.join(" ")
}
