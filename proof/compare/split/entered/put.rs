//! Scripts of the project that a step puts somewhere else: by `cp`, `mv`, `install`, a link, or rules of make.

use super::name_of;
use crate::compare::split::runtime::Runtime;
use crate::program::{Action, Call, visit};

const PUT: [&str; 4] = ["cp", "install", "ln", "mv"];

/// Whether a call puts files somewhere.
pub(super) fn puts(call: &Call<'_>) -> bool {
    call.words.first().is_some_and(|word| PUT.contains(&word.rsplit('/').next().unwrap_or(word)))
}

impl Runtime<'_, '_> {
    /// Where the one thing came from that steps put at a path.
    pub(in crate::compare::split) fn put_there(&self, place: &str) -> Option<String> {
        let context = self.context?;
        let mut wholes = self.old.steps.iter().filter_map(|step| self.whole(step));
        if wholes.any(|whole| whole.candidates(place).iter().any(|path| context.exists(path))) {
            return None;
        }
        let mut all = self.all_put_at(place);
        let source = all.pop()?;
        all.is_empty().then_some(source)
    }

    /// Where all came from that steps put at a path.
    pub(super) fn all_put_at(&self, place: &str) -> Vec<String> {
        let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
        let mut found = Vec::new();
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if call.words.iter().any(|word| word == "install")
                && self.installed_by(call).is_some_and(|paths| paths.iter().any(|it| it == place))
            {
                let mut words = call.words.iter().skip_while(|word| *word != "-C");
                let led = words.nth(1).map_or(".", |word| &**word);
                found.extend(self.path(&format!("{led}/{name}"), call));
            }
            if !puts(call) {
                return;
            }
            let mut operands: Vec<&str> = Vec::new();
            let mut rest = call.words.iter().skip(1);
            while let Some(word) = rest.next() {
                match &**word {
                    "-m" | "-o" | "-g" | "--mode" | "--owner" | "--group" => _ = rest.next(),
                    word if word.starts_with('-') => {}
                    word => operands.push(word),
                }
            }
            let Some((target, sources)) = operands.split_last() else { return };
            let Some(target) = self.path(target, call) else { return };
            let target = target.trim_end_matches('/');
            for source in sources.iter().filter_map(|source| self.path(source, call)) {
                let same = source.rsplit('/').next() == Some(name);
                let whole = target == place && sources.len() == 1;
                if whole || target == folder && same {
                    found.push(source);
                }
            }
        });
        found
    }

    /// Whether a step other than COPY names a script as something to write.
    pub(super) fn is_rewritten(&self, place: &str) -> bool {
        let source = self.put_there(place);
        let mut found = source
            .as_ref()
            .is_some_and(|source| !self.all_put_at(source).is_empty() || self.is_rewritten(source));
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let writes = ["cp", "mv", "rm", "sed", "ln", "install", "tee", "dos2unix"];
            // What is put there alone is read.
            if puts(call) && (source.is_some() || self.all_put_at(place).is_empty()) {
                return;
            }
            // Of a text without carriage returns, which is all that is read, these take nothing.
            let ends = ["s/\\r$//", "s/\\r$//g", "s/\\r//", "s/\\r//g"];
            let mut words = call.words.iter().skip(1).filter(|word| **word != "-e");
            let strips = call.words.first().is_some_and(|word| word == "sed")
                && words.next().is_some_and(|word| word == "-i")
                && words.next().is_some_and(|word| ends.contains(&&**word));
            if strips && call.redirects.is_empty() {
                return;
            }
            let words = call.words.iter().skip(1);
            let named = |word: &str| {
                self.path(word, call).is_none_or(|path| path == place)
                    && word.ends_with(name_of(place))
            };
            found |= call.words.first().is_some_and(|word| writes.contains(&name_of(word)))
                && words.clone().any(|word| named(word));
            found |= call.redirects.iter().any(|text| text.ends_with(name_of(place)));
        });
        found
    }

    /// A file of the project that may start its containers with other words than CMD.
    pub(super) fn gives_words(&self) -> Option<&str> {
        let context = self.context?;
        let tells = |text: &str| {
            let manifest = text.contains("args:") && text.contains("ontainers:");
            let called = text.lines().any(|line| {
                let one_of = |names: &str| {
                    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
                    words.any(|word| names.split(' ').any(|name| name == word))
                };
                one_of("compose docker kubectl nerdctl podman") && one_of("exec run")
            });
            manifest || called
        };
        let mut files = context.entries().map(|(path, _)| path);
        files.find(|path| {
            let name = name_of(path);
            let read = !name.contains("Dockerfile")
                && !["md", "rst", "txt"].iter().any(|end| name.ends_with(end));
            name == "Procfile" || read && context.text(path).is_some_and(tells)
        })
    }
}
