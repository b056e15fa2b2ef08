//! The calls of a script, as the hazards look at them.

use std::borrow::Cow;

use dockslim_syntax::shell::{List, SeparatorKind};
use dockslim_syntax::{Dockerfile, parse};

use crate::facts::{Call, calls, words_text, wrapped_program};

/// A call with the texts of its words.
pub(super) struct KnownCall<'t> {
    /// `None` where an expansion decides the word.
    words: Vec<Option<Cow<'t, str>>>,
    /// The words of a removal as they stand, expansions and all.
    raw: Vec<Cow<'t, str>>,
    /// The number of the word that names the program behind `sudo` and its like.
    inner: usize,
    /// Whether it runs in a child of the script's shell.
    pub(super) in_child: bool,
}

/// What a script calls.
#[derive(Default)]
pub(super) struct KnownCalls<'t> {
    /// In the order of the text, those inside `sh -c '…'` behind the call that holds them.
    pub(super) list: Vec<KnownCall<'t>>,
    /// Whether a script inside a call leaves a job in the background.
    pub(super) inner_background: bool,
}

impl<'t> KnownCalls<'t> {
    /// The calls of a script.
    pub(super) fn of(dockerfile: &Dockerfile<'t>, list: &List) -> Self {
        let mut known = Self::default();
        for call in calls(list) {
            let call = KnownCall::of(dockerfile, &call);
            let scripts: Vec<String> = call.scripts().map(str::to_owned).collect();
            known.list.push(call);
            scripts.iter().for_each(|script| known.add_inner(script));
        }
        known
    }

    /// Adds the calls of a script that stands in a word.
    fn add_inner(&mut self, script: &str) {
        let text = format!("RUN {script}");
        let dockerfile = parse(&text);
        let instruction = dockerfile.instructions().next().map(|(_, instruction)| instruction);
        let body = instruction.and_then(|run| run.script()).map(|script| &script.body);
        let Some(Ok(list)) = body else { return };
        let ends = list.statements.iter().filter_map(|statement| statement.end);
        self.inner_background |= ends.into_iter().any(|end| end.kind == SeparatorKind::Background);
        for call in calls(list) {
            let call = KnownCall::of(&dockerfile, &call);
            let owned = |word: Cow<'_, str>| Cow::Owned(word.into_owned());
            self.list.push(KnownCall {
                words: call.words.into_iter().map(|word| word.map(owned)).collect(),
                raw: call.raw.into_iter().map(owned).collect(),
                inner: call.inner,
                in_child: true,
            });
        }
    }
}

impl<'t> KnownCall<'t> {
    fn of(dockerfile: &Dockerfile<'t>, call: &Call<'_>) -> Self {
        let words = words_text(dockerfile, call.simple);
        let inner = wrapped_program(&words);
        let program = words.get(inner).and_then(Option::as_deref).map(base_name);
        let removes = matches!(program, Some("rm" | "rmdir" | "mv"));
        let raw = if removes { call.simple.words.as_slice() } else { &[] };
        let raw = raw.iter().map(|word| dockerfile.text(word.span)).collect();
        Self { words, raw, inner, in_child: call.in_child }
    }

    /// The program that the shell itself looks for.
    pub(super) fn outer_program(&self) -> Option<&str> {
        self.words.first()?.as_deref()
    }

    /// Whether it has no words, so that it only assigns.
    pub(super) fn is_assignment(&self) -> bool {
        self.words.is_empty()
    }

    /// The name of the program behind all wrappers, without its folder.
    pub(super) fn program(&self) -> Option<&str> {
        self.path().map(base_name)
    }

    /// The program behind all wrappers, as written.
    pub(super) fn path(&self) -> Option<&str> {
        self.words.get(self.inner)?.as_deref()
    }

    /// The known arguments of that program.
    pub(super) fn arguments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.iter().skip(self.inner + 1).filter_map(|word| word.as_deref())
    }

    /// All arguments of `rm`, `rmdir` or `mv` as they stand; nothing for other programs.
    pub(super) fn raw_arguments(&self) -> impl Iterator<Item = &str> {
        self.raw.iter().skip(self.inner + 1).map(|word| &**word)
    }

    /// Whether one of the words is an argument.
    pub(super) fn has(&self, wanted: &[&str]) -> bool {
        self.arguments().any(|word| wanted.contains(&word))
    }

    /// The first argument.
    pub(super) fn verb(&self) -> Option<&str> {
        self.words.get(self.inner + 1)?.as_deref()
    }

    /// The arguments that are scripts: `sh -c '…'`, `su user -c '…'`.
    fn scripts(&self) -> impl Iterator<Item = &str> {
        let shell = self.words.iter().flatten().any(|word| {
            matches!(base_name(word), "sh" | "bash" | "ash" | "dash" | "su" | "runuser")
        });
        let words = if shell { self.words.as_slice() } else { &[] };
        words.iter().filter_map(|word| word.as_deref()).filter(|word| word.contains(' '))
    }

    /// Whether the call only takes files away.
    pub(super) fn is_removal(&self) -> bool {
        let verb = self.verb().unwrap_or_default();
        match self.program().unwrap_or_default() {
            "rm" | "rmdir" | "find" => true,
            "apt-get" | "apt" => {
                matches!(verb, "clean" | "autoremove" | "autoclean" | "purge" | "remove")
            }
            "yum" | "dnf" | "microdnf" | "zypper" => verb == "clean",
            "pip" | "pip3" | "npm" | "yarn" => verb == "cache",
            "apk" => verb == "del",
            _ => false,
        }
    }
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
