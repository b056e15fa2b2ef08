//! Whether all that a stage uses of its old base is there in the new one.

use std::collections::BTreeMap;

use dockslim_contract::Difference;

use super::by_file::CERTIFICATES;
use super::lacking::{
    DATA, DOCUMENTATION, KIT, KIT_FILES, LIBRARIES, LINKS_PAGES, OF_OPENJDK, PACKAGES, READERS,
    is_since_bookworm,
};
use super::uses::Uses;
use super::{ALL, Change, Comparison, FAMILIES, Refusal, change, fonts, is_of_system, kit, of_npm};
use crate::compare::folders::{absolute, image};
use crate::compare::split::{KIT_OF_SOURCES, LIBRARIES_OF_KIT, official, ruby, suite};
use crate::program::{Action, Step, Text};
use crate::stages::Stage;
use crate::verdict::Gap;

/// What is in the way, in words, and whether that is only that something is not known.
type Problem = (String, bool);

impl<'t> Comparison<'_, 't> {
    /// Whether everything that the stage, and those built on it, call is still there where its base has become smaller.
    pub(in crate::compare) fn base_is_right(&mut self, number: usize) -> Result<(), Refusal> {
        let (old, new) = (&self.before.stages[number], &self.after.stages[number]);
        if old.base == new.base {
            return Ok(());
        }
        let Some(change) = change(&old.base, &new.base) else { return Ok(()) };
        let name = old.base.rsplit('/').next().unwrap_or_default();
        let name = name.split(':').next().unwrap_or_default();
        let family = FAMILIES.iter().find(|(family, ..)| *family == name);
        let held: &[&str] = match change {
            Change::Slim => family.map_or(&[], |(_, _, held)| held),
            Change::Jre => OF_OPENJDK,
        };
        let mut problem = (held != ALL && self.gives_system_files(number))
            .then(|| ("another stage takes folders of the system from it".to_owned(), false));
        for (index, stage) in self.after.stages.iter().enumerate() {
            if problem.is_none() && self.stands_on(index, number) {
                problem = self.misses(stage, change, held, name);
            }
        }
        if let Some((message, unknown)) = problem {
            let gap = Gap { before: Some(old.at), after: Some(new.at), message };
            return Err(Refusal { gap, unknown });
        }
        let message = format!("the stage is built on {}, before on {}", new.base, old.base);
        self.accept(Difference::SlimBase, Some(old.at), new.at, message);
        Ok(())
    }

    /// What a stage misses, or may miss, on the smaller base.
    fn misses(
        &self,
        stage: &Stage<'t>,
        change: Change,
        held: &[&str],
        name: &str,
    ) -> Option<Problem> {
        let uses = Uses::of(stage).with_versions(stage, self.states);
        let mut uses = uses.with_mounts(stage, self.states);
        if let Some(context) = self.context {
            uses.follow(context);
        }
        let slim = change == Change::Slim;
        if slim && let Some(message) = undocumented(&uses, stage) {
            return Some((message, false));
        }
        if held != ALL
            && slim
            && !uses.builds
            && let Some(what) = uses.compiles(self.context)
        {
            let why = match what.contains(" loads ") {
                true => "which a slim image lacks",
                false => "for which a slim image lacks the compilers",
            };
            return Some((format!("{what}, {why}"), false));
        }
        if uses.unread {
            let message = "a script is not understood, and it is not known what it calls";
            return Some((message.to_owned(), true));
        }
        if !slim {
            if let Some(message) = without_kit(&uses, stage) {
                return Some((message, false));
            }
            if let Some(problem) = kit::of_builds(stage, &uses, self.context) {
                return Some(problem);
            }
            let mut files = self.context.into_iter().flat_map(|context| context.entries());
            let compiles = |path: &str| {
                let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
                let list = ["pom.xml", "build.gradle", "build.gradle.kts"]
                    .iter()
                    .any(|name| path.ends_with(name));
                let signs = if list { LIBRARIES_OF_KIT } else { KIT_OF_SOURCES };
                (path.ends_with(".java") || list)
                    && !path.contains("src/test/")
                    && signs.iter().any(|sign| text.contains(sign))
            };
            if let Some((path, _)) = files.find(|(path, _)| compiles(path)) {
                return Some((format!("{path} asks for the kit when it runs"), false));
            }
            // All others stand on the same image as their kits.
            if name != "openjdk" {
                return self.unseen(&uses, stage);
            }
        }
        if held == ALL {
            return None;
        }
        if stage.environment.variables.contains_key("PIP_NO_BINARY") {
            return Some(("pip is told to compile, which a slim image cannot".to_owned(), false));
        }
        if let Some(name) = uses.removed.iter().find(|name| !uses.installed.contains(name)) {
            return Some((format!("apt removes {name}, which a slim image lacks"), false));
        }
        if !uses.builds
            && let Some(program) = uses.compiler()
        {
            return Some((format!("a slim image has no `{program}`"), false));
        }
        if let Some((other, what)) = self.takes_what_was_compiled(stage) {
            let message = format!(
                "stage {other} {what}, and what it made may need libraries that a slim image lacks"
            );
            return Some((message, false));
        }
        for package in PACKAGES {
            let name = package.name;
            if let Some(program) = uses.program_of(package, held)
                && !uses.has(name)
                && !self.gets(stage, name)
            {
                let message =
                    format!("a slim image has no `{program}`, and nothing installs {name}");
                return Some((message, false));
            }
            if let Some(program) = Uses::too_early(stage, package, held) {
                let message = format!(
                    "`{program}` is called before {name} is installed, and a slim image has none"
                );
                return Some((message, false));
            }
        }
        let brought = |package: &str| uses.has(package) || self.gets(stage, package);
        let of_java = matches!(name, "clojure" | "openjdk" | "tomcat");
        if slim && !of_java && uses.draws_less(&stage.image) {
            let message = "imagemagick is there without what it reads pictures of SVG by";
            return Some((message.to_owned(), false));
        }
        // apt has needed it before.
        let young = suite(&stage.image).is_some_and(|suite| suite == "trixie");
        let users = ["addgroup", "adduser", "delgroup", "deluser"];
        if let Some(program) = users.iter().find(|name| uses.called.iter().any(|one| one == *name))
            && slim
            && young
            && !["adduser", "openssh-client", "openssh-server", "ssh"].into_iter().any(&brought)
        {
            return Some((format!("a slim image of trixie has no `{program}`"), false));
        }
        let mut chain = vec![stage];
        while let Some(parent) = chain.last().and_then(|stage| stage.parent) {
            chain.push(&self.after.stages[parent]);
        }
        let installs: Vec<bool> = chain
            .iter()
            .flat_map(|stage| of_npm::brings_developers(stage))
            .map(|(_, develops)| develops)
            .collect();
        let copies =
            |step: &Step<'_>| matches!(&step.action, Action::Copy(copy) if copy.from.is_some());
        let known = !installs.is_empty() || stage.steps.iter().any(copies);
        let develops = installs.contains(&true) || !known;
        let started = uses.started_by(self.context, held, &brought, develops);
        if let Some((name, program)) = started {
            let message = format!("{name} starts {program}, which a slim image lacks");
            return Some((message, false));
        }
        let elsewhere = self.started_from_elsewhere(stage, held, &brought);
        if let Some((other, name, program)) = elsewhere {
            let message =
                format!("{name} of stage {other} starts {program}, which a slim image lacks");
            return Some((message, false));
        }
        if let Some((name, program)) = Uses::started_too_early(stage, self.context, held) {
            let message = format!("{name} is there before {program}, which it starts");
            return Some((message, false));
        }
        if uses.draws && !uses.has_tk() {
            return Some(("a slim image has no Tk".to_owned(), false));
        }
        let painted = self.context.filter(|_| slim && of_java).and_then(fonts::drawn_by);
        let brought = uses.has("fontconfig") || self.gets(stage, "fontconfig");
        if let Some(path) = painted.filter(|_| !brought) {
            return Some((format!("{path} draws, and a slim image has no fontconfig"), false));
        }
        let brings_types = ["mailcap", "media-types", "mime-support"]
            .iter()
            .any(|it| uses.has(it) || self.gets(stage, it));
        if uses.asks_for_types() && !brings_types {
            return Some(("a slim image has no list of types of files".to_owned(), false));
        }
        let certificates = || uses.texts.iter().any(|text| text == CERTIFICATES);
        if !held.contains(&"openssl")
            && !uses.has("ca-certificates")
            && !self.gets(stage, "ca-certificates")
            && certificates()
        {
            return Some((
                "a slim image has no certificates, which settings name".to_owned(),
                false,
            ));
        }
        if let Some(sign) = uses.opens() {
            return Some((format!("a slim image has nothing of `{sign}`"), false));
        }
        let zoned = |text: &String| text.starts_with("TZ=") || text.contains("/usr/share/zoneinfo");
        if !held.contains(&"python3") && uses.texts.iter().any(zoned) && !uses.has("tzdata") {
            return Some(("a slim image has no tzdata".to_owned(), false));
        }
        if let Some(message) = uses.libraries() {
            return Some((message, true));
        }
        self.unseen(&uses, stage)
    }

    /// What of a stage cannot be seen.
    fn unseen(&self, uses: &Uses, stage: &Stage<'t>) -> Option<Problem> {
        if uses.copies && self.context.is_none() {
            let message = "what the copied files call is not known without the build context";
            return Some((message.to_owned(), true));
        }
        if !stage.configuration.triggers.is_empty() {
            return Some(("what builds on it is not known: it has ONBUILD".to_owned(), true));
        }
        let files = || self.context.into_iter().flat_map(|context| context.entries());
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let unknown = |path: &&String| {
            !files().any(|(file, entry)| {
                name(file) == name(path) && entry.kind == dockslim_contract::ContextKind::File
            })
        };
        let written = |path: &String| uses.written.iter().any(|(one, _)| one == path);
        let path = uses.paths.iter().find(|path| unknown(path) && !written(path));
        let path = path.map(|path| format!("what `{path}` calls is not known"));
        uses.unseen.clone().or(path).map(|message| (message, true))
    }

    /// Whether another stage takes folders of the system from a stage, or from one built on it.
    fn gives_system_files(&self, number: usize) -> bool {
        self.after.stages.iter().flat_map(|stage| &stage.steps).any(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            let from = copy.from.as_deref().unwrap_or_default();
            let mut stages =
                (0..self.after.stages.len()).filter(|one| self.stands_on(*one, number));
            let own = stages.any(|one| from == format!("stage {one}")) || from.contains('\u{2}');
            own && copy.sources.iter().any(|source| is_of_system(source))
        })
    }

    /// The number of another stage that compiles, and by what, if a stage copies more than data from it.
    fn takes_what_was_compiled(&self, stage: &Stage<'t>) -> Option<(usize, String)> {
        stage.steps.iter().find_map(|step| {
            let Action::Copy(copy) = &step.action else { return None };
            let data = |source: &Text<'_>| DATA.iter().any(|end| source.ends_with(end));
            if copy.sources.iter().all(data) {
                return None;
            }
            let other: usize = copy.from.as_deref()?.strip_prefix("stage ")?.parse().ok()?;
            let mut below = (0..=other).filter(|below| self.stands_on(other, *below));
            let taking = Uses::of(stage).installed;
            let what = below.find_map(|below| {
                let stage = self.after.stages.get(below)?;
                let mut uses = Uses::of(stage);
                let own =
                    [&self.before.stages[self.stage].image, &self.after.stages[self.stage].image];
                let python = official(&stage.image).starts_with("python:");
                uses.beside = (python && own.contains(&&stage.image)).then(|| taking.clone());
                // Its gems were made where they are to run but for what the slim image lacks.
                if own.contains(&&stage.image) && official(&stage.image).starts_with("ruby:") {
                    uses.plain_gems = ruby::gems_are_plain(stage, self.states, self.context);
                }
                let free = of_npm::brings_sources(stage, self.context);
                let program = uses.compiler().map(|program| format!("calls `{program}`"));
                program.or_else(|| {
                    Some(format!(
                        "installs what runs elsewhere: {}",
                        uses.compiles_but(self.context, free)?
                    ))
                })
            })?;
            Some((other, what))
        })
    }

    /// The number of a stage from which packages come along, one of them, and the program that it starts and nobody has brought.
    fn started_from_elsewhere(
        &self,
        stage: &Stage<'t>,
        held: &[&str],
        brought: &dyn Fn(&str) -> bool,
    ) -> Option<(usize, &'static str, &'static str)> {
        let mut open: Vec<&Stage<'t>> = vec![stage];
        let mut seen: Vec<usize> = Vec::new();
        while let Some(one) = open.pop() {
            for step in &one.steps {
                let Action::Copy(copy) = &step.action else { continue };
                let data = |source: &Text<'_>| DATA.iter().any(|end| source.ends_with(end));
                let from = copy.from.as_deref().and_then(|from| from.strip_prefix("stage "));
                let Some(other) = from.and_then(|from| from.parse::<usize>().ok()) else {
                    continue;
                };
                if seen.contains(&other) || copy.sources.iter().all(data) {
                    continue;
                }
                seen.push(other);
                for below in (0..=other).filter(|below| self.stands_on(other, *below)) {
                    let below = self.after.stages.get(below)?;
                    let uses = Uses::of(below);
                    let develops = self.keeps_developers(below);
                    let found = uses.started_by(self.context, held, brought, develops);
                    if let Some((name, program)) = found {
                        return Some((other, name, program));
                    }
                    open.push(below);
                }
            }
        }
        None
    }

    /// Whether packages for development are there in the end in a folder in which a stage installs some.
    fn keeps_developers(&self, stage: &Stage<'t>) -> bool {
        let mut folders: BTreeMap<String, bool> = BTreeMap::new();
        let mut calls = 0;
        for (call, develops) in of_npm::brings_developers(stage) {
            let has = |names: &[&str]| call.words.iter().any(|word| names.contains(&&**word));
            if has(&["-g", "--global", "global"]) {
                continue;
            }
            calls += 1;
            let leads = |word: &str| {
                let options = ["-C", "--prefix", "--cwd", "--dir", "--filter", "-w", "--workspace"];
                options.iter().any(|option| word.starts_with(option))
            };
            let elsewhere = call.words.iter().any(|word| leads(word));
            let seen = self.states.seen(call.state);
            let here = absolute(".", &seen.directory, image(&stage.image));
            match here.filter(|_| !elsewhere) {
                Some(folder) => _ = folders.insert(folder, develops),
                None if develops => return true,
                None => {}
            }
        }
        calls == 0 || folders.values().any(|develops| *develops)
    }

    pub(in crate::compare) fn stands_on(&self, mut stage: usize, base: usize) -> bool {
        while stage != base {
            match self.after.stages[stage].parent {
                Some(parent) => stage = parent,
                None => return false,
            }
        }
        true
    }

    /// Whether a stage below installs a package.
    fn gets(&self, stage: &Stage<'t>, package: &str) -> bool {
        let mut parent = stage.parent;
        while let Some(number) = parent {
            let below = &self.after.stages[number];
            if Uses::of(below).has(package) {
                return true;
            }
            parent = below.parent;
        }
        false
    }
}

/// What a stage uses of documentation and translations, which slim images leave out.
fn undocumented(uses: &Uses, stage: &Stage<'_>) -> Option<String> {
    if let Some(folder) =
        DOCUMENTATION.iter().find(|folder| uses.texts.iter().any(|text| text.contains(*folder)))
    {
        return Some(format!("a slim image leaves out {folder}"));
    }
    let shows = |name: &&String| READERS.contains(&name.as_str());
    if let Some(name) = uses.called.iter().chain(&uses.installed).find(shows) {
        return Some(format!("a slim image leaves out what `{name}` shows"));
    }
    let since = is_since_bookworm(&stage.image);
    let links = |name: &&String| {
        let mut all = LINKS_PAGES.iter().filter(|start| !since || **start != "postgresql");
        all.any(|start| name.starts_with(start))
    };
    if let Some(name) = uses.installed.iter().find(links) {
        return Some(format!("{name} links manual pages, whose folders a slim image leaves out"));
    }
    let variables = &stage.environment.variables;
    let foreign = |name: &&str| {
        let value = variables.get(*name).map_or("", String::as_str);
        !value.is_empty() && !["C", "POSIX", "en"].iter().any(|known| value.starts_with(known))
    };
    let language = ["LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"].into_iter().find(foreign)?;
    Some(format!("{language} asks for translations, which a slim image leaves out"))
}

/// What a stage uses of the Java kit.
fn without_kit(uses: &Uses, stage: &Stage<'_>) -> Option<String> {
    if !stage.configuration.command_set && stage.configuration.entrypoint.is_none() {
        return Some("the images start other commands, and the stage has none".to_owned());
    }
    if let Some(program) = KIT.iter().find(|program| uses.names(program)) {
        return Some(format!("a run-time environment of Java has no `{program}`"));
    }
    if let Some(file) =
        KIT_FILES.iter().find(|file| uses.texts.iter().any(|text| text.contains(*file)))
    {
        return Some(format!("a run-time environment of Java has no {file}"));
    }
    let compiles = uses.words.iter().any(|word| word.ends_with(".java"));
    compiles.then(|| "a run-time environment of Java compiles no source".to_owned())
}

impl Uses {
    /// The folder of libraries or headers that is named, where nothing brought what lies there.
    fn libraries(&self) -> Option<String> {
        let brought = |file: &str| {
            let stem = file.trim_start_matches('/').split(['.', '/', ' ', '"', ':']).next();
            let stem = stem.filter(|stem| !stem.is_empty());
            stem.is_some_and(|stem| self.installed.iter().any(|name| name.starts_with(stem)))
        };
        let named = |folder: &&&str| {
            let mut places = self.texts.iter().flat_map(|text| {
                text.match_indices(**folder).map(|(at, _)| &text[at + folder.len()..])
            });
            places.any(|file| !brought(file))
        };
        let folder = LIBRARIES.iter().find(named)?;
        Some(format!("a slim image lacks much of {folder}"))
    }
}
