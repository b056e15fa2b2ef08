//! Calls that install all that a package.json lists.

use super::project::source_of;
use super::{Install, reasons};
use crate::facts::{Base, Command, absolute, below, brings_yarn, is_within};
use crate::knowledge::{Ecosystem, manifests};
use crate::pass::Refusal;

/// Words by which options, variables and settings say what is installed.
const DECIDES: [&str; 7] = ["omit", "prod", "production", "only", "dev", "include", "also"];

/// Options that let a manager work in another folder than its own, or in others of a workspace.
pub(super) const LEAD_ELSEWHERE: [&str; 7] =
    ["--cwd", "--dir", "--filter", "--prefix", "--workspace", "-C", "-w"];

/// The names of releases with long-term support
/// (<https://github.com/nodejs/Release/blob/main/CODENAMES.md>).
const CODENAMES: [(&str, u32); 10] = [
    ("argon", 4),
    ("boron", 6),
    ("carbon", 8),
    ("dubnium", 10),
    ("erbium", 12),
    ("fermium", 14),
    ("gallium", 16),
    ("hydrogen", 18),
    ("iron", 20),
    ("jod", 22),
];

/// A call of npm, yarn or pnpm whose words do not say what becomes of development dependencies.
pub(super) struct Call {
    pub(super) row: &'static Ecosystem,
    /// Where a flag of the verb goes.
    pub(super) end: usize,
    /// No script of the project runs at the install.
    pub(super) no_scripts: bool,
    /// Whether the manager is the one of an image of Node.
    pub(super) of_image: bool,
    /// Whether all of its words are known.
    plain: bool,
}

impl Call {
    /// The call that a command is; `None` if it is none, names packages, or leaves them out already.
    pub(super) fn of(install: Install<'_, '_>) -> Option<Self> {
        let command = install.command();
        let called = command.package_call()?;
        let row = manifests().ecosystem(&called.manager.name)?;
        if !matches!(row.name.as_str(), "npm" | "yarn" | "pnpm") {
            return None;
        }
        let operands: Vec<usize> = called.operands().collect();
        let behind = &command.words[called.program.end..];
        let known = || behind.iter().flatten().map(|word| &**word);
        let verb = match operands.as_slice() {
            [] if row.name == "yarn" => "",
            [at] => command.words[*at].as_deref()?,
            _ => return None,
        };
        let decided = |word: &str| {
            let name = word.split('=').next().unwrap_or(word);
            let long = name.strip_prefix("--");
            DECIDES.iter().any(|one| long == Some(one))
                || matches!(name, "-P" | "-D" | "-g" | "--global" | "--version" | "-v" | "--help")
        };
        let installs = row.installs.iter().any(|one| one == verb);
        if !installs || known().any(decided) || is_production(install) {
            return None;
        }
        let last = operands.last().copied().unwrap_or(called.program.end - 1);
        let word = command.call.and_then(|call| call.simple.words.get(last));
        let plain = word.is_some()
            && called.wrappers.is_empty()
            && !called.behind_unknown
            && command.raw_word(install.build.dockerfile, 0) == row.name
            && behind.iter().all(Option::is_some)
            && knows(row, known());
        Some(Self {
            row,
            end: word.map_or(command.span.end, |word| word.span.end),
            of_image: is_of_image(install),
            no_scripts: known().any(|word| row.scripts.iter().any(|flag| flag == word)),
            plain,
        })
    }

    /// What is said of a call with words that are not known.
    pub(super) fn unread(&self) -> Refusal {
        let message = format!("not all words of this call of {} are known", self.row.name);
        (&reasons::UNREAD_CALL, message)
    }

    /// Whether the call can be read, and nothing around it decides what it installs.
    pub(super) fn is_plain(&self, install: Install<'_, '_>) -> Result<(), Refusal> {
        let (dockerfile, step) = (install.build.dockerfile, install.step());
        let command = install.command();
        if !self.plain || !step.state.shell.is_known() {
            return Err(self.unread());
        }
        if command.conditional() || step.text(dockerfile).contains("||") {
            return Err((&reasons::CONDITIONAL, reasons::CONDITIONAL.summary.to_owned()));
        }
        self.is_known_release(install)?;
        let mounts = step.instruction.flags.iter().filter_map(|flag| flag.value);
        let hides = |text: &str| {
            let targets = text.split(',').filter_map(|option| option.split_once('='));
            let mut targets =
                targets.filter(|(name, _)| matches!(*name, "target" | "dst" | "destination"));
            let folder = step.state.workdir.as_deref().unwrap_or("/");
            text.contains("node_modules")
                || targets.any(|(_, target)| {
                    absolute(target, Some(folder)).is_none_or(|target| is_within(folder, &target))
                })
        };
        if mounts.into_iter().any(|value| hides(&dockerfile.text(value))) {
            let message = "a mount stands where the packages go".to_owned();
            return Err((&reasons::NOT_SHIPPED, message));
        }
        let decided = |name: &str| {
            let message = format!("{name} decides what is installed");
            Err((&reasons::DECIDED, message))
        };
        for setting in step.state.settings.iter() {
            let name = setting.name.to_ascii_lowercase();
            let npm = name.strip_prefix("npm_config_");
            if matches!(&*name, "node_env" | "yarn_production")
                || npm.is_some_and(|end| DECIDES.contains(&end))
            {
                return decided(&setting.name);
            }
        }
        for (number, step) in install.stage.steps[..=install.number].iter().enumerate() {
            for (index, other) in step.content.commands().iter().enumerate() {
                let text = other.text(dockerfile);
                if other.span.start < command.span.start && !is_apart(install, (number, index)) {
                    self.stands_alone(other, &text)?;
                }
                if text.contains("NODE_ENV") {
                    return decided("NODE_ENV");
                }
                // `npm config set omit dev`, `echo omit=dev > .npmrc`.
                let sets = text.contains("config") || text.contains("npmrc");
                let word = DECIDES.iter().find(|word| sets && text.contains(**word));
                if let Some(word) = word.filter(|_| !std::ptr::eq(other, command)) {
                    return decided(word);
                }
            }
        }
        Ok(())
    }

    /// Whether an earlier command neither changes package.json nor shows that people develop in the container.
    fn stands_alone(&self, earlier: &Command<'_>, text: &str) -> Result<(), Refusal> {
        if !matches!(earlier.program_name(), Some("npm" | "yarn" | "pnpm")) {
            return Ok(());
        }
        let words = || earlier.words.iter().flatten().skip(1).map(|word| &**word);
        let globally = words().any(|word| {
            matches!(word, "global" | "--global" | "--location=global") || is_global(word)
        });
        if !globally {
            let changes = |word: &str| {
                matches!(
                    word,
                    "add"
                        | "ci"
                        | "i"
                        | "install"
                        | "link"
                        | "remove"
                        | "rm"
                        | "uninstall"
                        | "up"
                        | "update"
                        | "upgrade"
                )
            };
            if words().any(changes) || words().next().is_none() && self.row.name == "yarn" {
                return Err((&reasons::DECIDED, format!("`{text}` installs, too")));
            }
        }
        let tools = &manifests().packages.compiling;
        let tool = words()
            .find(|word| tools.iter().any(|tool| word.split('@').next() == Some(tool.as_str())));
        match tool {
            Some(tool) => {
                Err((&reasons::FOR_DEVELOPMENT, format!("{tool} is there for development")))
            }
            None => Ok(()),
        }
    }

    /// The flag that leaves development dependencies out.
    pub(super) fn flag(&self, image: Option<&str>) -> &'static str {
        match self.row.name.as_str() {
            "yarn" => "--production",
            "pnpm" => "--prod",
            // npm 7, which came with Node 15, has `--omit` (https://docs.npmjs.com/cli/v6/using-npm/config#only).
            _ if image.and_then(node_version).is_some_and(|version| version < 15) => {
                "--only=production"
            }
            _ => "--omit=dev",
        }
    }

    /// Whether the manager is the one that its name and the image tell.
    fn is_known_release(&self, install: Install<'_, '_>) -> Result<(), Refusal> {
        let npm = self.row.name == "npm";
        let image = install.stage.image.as_deref();
        // npm 2, which came with Node 4, has neither word.
        if npm && image.and_then(node_version).is_none_or(|version| version < 5) {
            return Err((&reasons::UNKNOWN_NPM, reasons::UNKNOWN_NPM.summary.to_owned()));
        }
        let below = std::iter::successors(Some(install.stage), |stage| match stage.stage.base {
            Base::Stage(index) => Some(&install.build.stages[index]),
            Base::Image(_) => None,
        });
        let release = format!("{}@", self.row.name);
        let steps: Vec<_> = below.flat_map(|stage| &stage.steps).collect();
        let dockerfile = install.build.dockerfile;
        if self.row.name == "yarn"
            && let Some(step) = steps.iter().find(|step| brings_yarn(dockerfile, step))
        {
            let line = dockerfile.line(step.instruction.span.start);
            return Err((&reasons::NEWER_YARN, format!("line {line} may bring another yarn")));
        }
        for command in steps.iter().flat_map(|step| step.content.commands()) {
            let words = || command.words.iter().flatten();
            let other = words().any(|word| word.starts_with(&release))
                || words().zip(words().skip(1)).any(|pair| pair.0 == "set" && pair.1 == "version");
            if other {
                let text = command.text(install.build.dockerfile);
                let reason = if npm { &reasons::UNKNOWN_NPM } else { &reasons::NEWER_YARN };
                if self.row.name != "pnpm" {
                    return Err((reason, format!("`{text}` brings another {}", self.row.name)));
                }
            }
        }
        Ok(())
    }
}

/// The folder that a command runs in.
pub(super) fn folder(install: Install<'_, '_>) -> Result<String, Refusal> {
    let unknown = || {
        let message = "the folder of the install is not known".to_owned();
        (&reasons::NO_MANIFEST, message)
    };
    let workdir = install.step().state.workdir.as_deref();
    let mut here = workdir.and_then(|folder| absolute(folder, None));
    for command in &install.step().content.commands()[..install.index] {
        if !matches!(command.program_name(), Some("cd" | "pushd" | "popd")) {
            continue;
        }
        let to = command.words.get(1).and_then(|word| word.as_deref());
        here = to.and_then(|to| absolute(to, here.as_deref()));
        let certain = command.call.is_some_and(|call| !call.conditional && !call.in_child);
        if command.words.len() != 2 || !certain {
            return Err(unknown());
        }
    }
    here.ok_or_else(unknown)
}

/// Whether another command of the stage, by the numbers of its step and its own, runs in a folder from which that of the install is not seen, and
/// which it does not see: each has a package.json of its own there.
fn is_apart(install: Install<'_, '_>, (number, index): (usize, usize)) -> bool {
    let other = Install { number, index, ..install };
    let (Ok(here), Ok(there)) = (folder(install), folder(other)) else { return false };
    let mut words = other.command().words.iter().flatten();
    if words.any(|word| LEAD_ELSEWHERE.iter().any(|option| word.starts_with(option))) {
        return false;
    }
    let has_manifest = |folder: &str| {
        let place = below(folder, "package.json");
        let source = install.context.map(|context| source_of(other, context, &place));
        matches!(source, Some(Ok(Some(_))))
    };
    !is_within(&here, &there) && !is_within(&there, &here) && has_manifest(&there)
}

/// Whether a stage stands on an official image of Node, and nothing brings another manager.
fn is_of_image(install: Install<'_, '_>) -> bool {
    let image = install.stage.image.as_deref();
    let below = std::iter::successors(Some(install.stage), |stage| match stage.stage.base {
        Base::Stage(index) => Some(&install.build.stages[index]),
        Base::Image(_) => None,
    });
    let mut steps = below.flat_map(|stage| &stage.steps);
    let by_npm = |command: &Command<'_>| {
        let has = |name: &str| command.words.iter().flatten().any(|word| word == name);
        has("npm") && has("yarn")
    };
    image.and_then(node_version).is_some()
        && !steps.any(|step| {
            brings_yarn(install.build.dockerfile, step)
                || step.content.commands().iter().any(by_npm)
        })
}

/// Whether NODE_ENV is `production` for a call: all three install no development dependencies then.
fn is_production(install: Install<'_, '_>) -> bool {
    let (dockerfile, command) = (install.build.dockerfile, install.command());
    let own = command.call.is_some_and(|call| {
        call.simple.assignments.iter().any(|one| dockerfile.text(one.span) == "NODE_ENV=production")
    });
    let mut settings = install.step().state.settings.iter().rev();
    let set = settings.find(|setting| setting.name == "NODE_ENV");
    let value = set.and_then(|setting| setting.value.as_deref());
    own || value.is_some_and(|value| value.trim_matches(['"', '\'']) == "production")
}

/// `-g`, alone or among other letters.
fn is_global(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains('g'))
}

/// Whether all options of a call are known.
fn knows<'w>(row: &Ecosystem, mut words: impl Iterator<Item = &'w str>) -> bool {
    let is = |list: &[String], name: &str| list.iter().any(|known| known == name);
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or(word);
        if is(&row.options, name) {
            if name == word {
                words.next();
            }
        } else if word.starts_with('-') && !is(&row.flags, word) {
            return false;
        }
    }
    true
}

/// `20` of `node:20-slim`; what moves on is the newest.
fn node_version(image: &str) -> Option<u32> {
    let image = image.split('@').next().unwrap_or(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    if name.strip_prefix("library/").unwrap_or(name) != "node" {
        return None;
    }
    let first = tag.split(['.', '-']).next()?;
    let named = CODENAMES.iter().find(|(codename, _)| *codename == first);
    let moves = matches!(first, "latest" | "lts" | "current" | "alpine" | "slim");
    let named = named.map(|(_, version)| *version).or(moves.then_some(u32::MAX));
    named.or_else(|| first.parse().ok())
}
