//! What a container calls when it runs, for a stage that leaves a build behind.
//!
//! Sources: those of `lacking.rs`; npm, "scripts", for what stands in front of a script and behind it.

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::{ORDINARY_COMPILERS, PACKAGES, is_tool};
use super::sources::{base, has_programs, is_own, is_source, is_starter};
use super::uses::Uses;
use super::{FAMILIES, served, told};
use crate::compare::deployed;
use crate::program::{Action, visit};
use crate::shell::Command;
use crate::stages::Stage;

/// Parts of a project that its program does not run.
const ASIDE: &str =
    " .github __tests__ docs e2e examples hack scripts spec target test tests tools ";
/// Sources of builds and tests.
const OF_BUILDS: &str =
    " conftest.py fabfile.py gulpfile.js Gruntfile.js noxfile.py setup.py tasks.py ";
/// What runs the scripts of a package.json.
const RUNNERS: &[&str] =
    &["bun", "concurrently", "npm", "npm-run-all", "pnpm", "run-p", "run-s", "yarn"];
/// Packages that bring a list of the types of files.
const TYPES: &[&str] = &["mailcap", "media-types", "mime-support"];

/// What the container of a new stage calls and nothing brings there, in words; `full` says whether the old one was built on the full form
/// of the new one's image.
pub(in crate::compare) fn lost_when_it_runs(
    old: &Stage<'_>,
    new: &Stage<'_>,
    context: Option<&BuildContext>,
    full: bool,
) -> Result<(), String> {
    let mut uses = Uses::of(new);
    uses.renamed.extend(Uses::of_steps(&old.steps).renamed);
    // Scripts that a step has written.
    visit(&old.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let to = call.redirects.iter().map(|redirect| base(redirect.trim_matches(['"', ' '])));
        let tees = call.words.iter().filter(|_| Command::of(&call.words).is("tee"));
        if to.chain(tees.map(|word| base(word))).any(|name| uses.is_named(name)) {
            let text: Vec<&str> = call.words.iter().skip(1).map(|word| &**word).collect();
            uses.shell(&text.join("\n").replace("\\n", "\n"));
        }
    });
    if let Some(context) = context {
        uses.follow_container(context);
    }
    let mut had = Uses::of(old);
    came_along(&mut had.installed, &["git", "build-essential", "python3"]);
    // What it depends on comes again, what it recommends does not.
    came_along(&mut uses.installed, &["python3"]);
    let image = crate::compare::split::official(&new.image);
    let family = image.split(':').next().unwrap_or_default();
    let family = FAMILIES.iter().find(|(name, ..)| *name == family && full);
    let held = family.map_or(&[][..], |(_, _, held)| held);
    for package in PACKAGES {
        // Only images of Debian itself, of old releases, had what looks at a network.
        let had_all = full && !["inetutils-ping", "iproute2"].contains(&package.name);
        if let Some(program) = uses.program_of(package, held)
            && (had_all || had.has(package.name))
            && !uses.has(package.name)
        {
            return Err(format!("nothing brings `{program}`, which the container calls"));
        }
    }
    let of_java = ["clojure", "openjdk", "tomcat"].iter().any(|name| image.starts_with(name));
    if full && !of_java && uses.draws_less(image) {
        return Err("imagemagick is there without what it reads pictures of SVG by".to_owned());
    }
    let compilers = |name: &&String| name.as_str() == "build-essential" || is_tool(name);
    let called = uses.called.iter().chain(&uses.words);
    // Images with OpenSSL have certificates, too.
    let fetches =
        ["curl", "git", "hg", "python3", "svn", "wget"].into_iter().find(|it| uses.names(it));
    if let Some(program) = fetches.filter(|_| full && !held.contains(&"openssl"))
        && !uses.has("ca-certificates")
    {
        return Err(format!("nothing brings the certificates by which `{program}` fetches"));
    }
    let ordinary = |name: &str| {
        matches!(name, "configure" | "m4" | "make") || ORDINARY_COMPILERS.contains(&name)
    };
    let rules = |text: &str| text.contains("pip") || text.contains("setup.py");
    let follows = context.filter(|_| image.starts_with("python:") && uses.makes_nothing);
    let alone = follows.is_some_and(|context| {
        let mut files = context
            .entries()
            .filter(|(path, _)| base(path).to_ascii_lowercase().contains("makefile"));
        uses.has("make")
            && files.all(|(path, _)| context.text(path).is_some_and(|text| !rules(text)))
    });
    let makes = uses.called.iter().any(|name| name == "make");
    if makes && image.starts_with("python:") && !alone {
        return Err("what make does when the container starts is not known".to_owned());
    }
    let compiler = called
        .filter(|name| !(alone && name.as_str() == "make"))
        .find(|name| is_tool(name) && (!ordinary(name) || uses.called.contains(name)));
    if let Some(program) = compiler
        && (full || had.installed.iter().any(|name| compilers(&name)))
        && !uses.installed.iter().any(|name| compilers(&name))
    {
        return Err(format!("nothing brings `{program}`, which the container calls"));
    }
    let own = |name: &&String| {
        !matches!(name.as_str(), "apt" | "apt-get" | "install")
            && had.installed.contains(name)
            && !uses.installed.contains(name)
    };
    if let Some(program) = uses.called.iter().find(own) {
        return Err(format!("nothing brings `{program}`, which the container calls"));
    }
    if full && uses.draws && !uses.has_tk() {
        return Err("a source draws with Tk, which the new base lacks".to_owned());
    }
    let certificates = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_", "use-openssl-ca", "/etc/ssl/certs/"];
    let named = |sign: &&str| uses.texts.iter().chain(&uses.words).any(|text| text.contains(sign));
    let copied = new.steps.iter().any(|step| {
        matches!(&step.action, Action::Copy(copy) if copy.sources.iter().any(|one| one.contains("/etc/ssl")))
    });
    if let Some(sign) = certificates.iter().copied().find(named)
        && full
        && !held.contains(&"openssl")
        && !uses.has("ca-certificates")
        && !copied
    {
        return Err(format!("nothing brings the certificates that `{sign}` asks for"));
    }
    let zoned = |text: &String| text.starts_with("TZ=") || text.contains("/usr/share/zoneinfo");
    if full && !held.contains(&"python3") && uses.texts.iter().any(zoned) && !uses.has("tzdata") {
        return Err("nothing brings time zones, of which the container asks for one".to_owned());
    }
    if let Some(sign) = uses.opens().filter(|_| full) {
        return Err(format!("nothing brings what a source opens: `{sign}`"));
    }
    if full
        && uses.asks_for_types()
        && !uses.installed.iter().any(|name| TYPES.contains(&name.as_str()))
    {
        return Err(
            "a source asks for types of files, of which the new base has no list".to_owned()
        );
    }
    Ok(())
}

/// Whether the container of a new stage calls none of these packages of the old one's image, and no compiler, whoever has installed it;
/// the words say what it calls.
pub(in crate::compare) fn calls_none_when_it_runs(
    old: &Stage<'_>,
    new: &Stage<'_>,
    context: Option<&BuildContext>,
    gone: &[&str],
) -> Result<(), String> {
    let mut uses = Uses::of(new);
    if let Some(context) = context {
        uses.follow_container(context);
    }
    let had = Uses::of(old);
    let packages = PACKAGES.iter().filter(|package| gone.contains(&package.name));
    let mut packages =
        packages.filter(|package| !had.installed.iter().any(|it| it == package.name));
    let program = packages.find_map(|package| uses.program_of(package, &[])).map(str::to_owned);
    let extends =
        |name: &str| matches!(name, "pecl" | "phpize") || name.starts_with("docker-php-ext-");
    // What enables an extension looks into it by readelf (docker-library, php).
    let asked = |name: &&String| is_tool(name) || extends(name);
    let compiler = || uses.called.iter().find(asked).cloned();
    match program.or_else(compiler) {
        Some(program) => Err(format!("the container calls `{program}`, which is taken away")),
        None => Ok(()),
    }
}

/// The compiler, or manager of packages that may call one, that the files of a project call when a container runs.
pub(in crate::compare) fn compiler_of_project(context: &BuildContext) -> Option<String> {
    let mut uses = Uses::default();
    uses.follow_container(context);
    let ordinary = |name: &str| {
        matches!(name, "configure" | "m4" | "make") || ORDINARY_COMPILERS.contains(&name)
    };
    let all = || uses.called.iter().chain(&uses.words).map(|name| base(name));
    let compiler = |name: &&str| {
        is_tool(name) && (!ordinary(name) || uses.called.iter().any(|one| base(one) == *name))
    };
    let installs = all().any(|name| matches!(name, "install" | "wheel" | "rebuild"));
    let manager = |name: &&str| matches!(*name, "gem" | "npm" | "pip" | "pip3" | "uv" | "yarn");
    let found = all().find(compiler).or_else(|| all().find(manager).filter(|_| installs));
    found.map(str::to_owned)
}

/// Adds what npm of a distribution brings along: git and compilers, which it recommends, and Python, by which node-gyp works (package index of
/// Debian, npm, node-gyp and gyp).
fn came_along(installed: &mut Vec<String>, names: &[&str]) {
    if installed.iter().any(|name| name == "npm") {
        installed.extend(names.iter().map(|name| (*name).to_owned()));
    }
}

impl Uses {
    /// Adds what the files of the project call that the container runs.
    pub(super) fn follow_container(&mut self, context: &BuildContext) {
        let files: Vec<&str> = context
            .entries()
            .filter(|(path, entry)| entry.kind == ContextKind::File && is_own(path))
            .map(|(path, _)| path)
            .collect();
        let part = |path: &&&str| {
            let name = base(path);
            let test =
                [".test.", ".spec.", "_test.", ".config."].iter().any(|it| name.contains(it));
            !test
                && !is_of_rake(path)
                && !name.starts_with("test_")
                && !OF_BUILDS.contains(&format!(" {name} "))
                && !path.split('/').any(|folder| ASIDE.contains(&format!(" {folder} ")))
        };
        let text = |path: &str| context.text(path).unwrap_or_default();
        let sections = |path: &str| has_programs(base(path), text(path));
        let read = |path: &&&str| is_source(base(path)) || is_starter(base(path)) || sections(path);
        let mut seen: Vec<&str> = files.iter().filter(part).filter(read).copied().collect();
        self.told = told::by_all(seen.iter().map(|path| (*path, text(path))));
        self.serves_listed = served::is_any_listed(files.iter().copied());
        self.has_pages = files.iter().any(|path| served::is_page(path));
        let shell = |path: &&&str| [".sh", ".bash"].iter().any(|end| path.ends_with(end));
        self.shells = files.iter().filter(shell).map(|path| (*path).to_owned()).collect();
        let plain = files.iter().filter(|path| !shell(path) && !is_source(base(path)));
        self.plain = plain.map(|path| (*path).to_owned()).collect();
        self.reads_settings(context);
        self.follow_make(context, &files);
        for words in deployed::commands(context) {
            self.shell(&words.join(" "));
        }
        for path in &seen {
            match is_source(base(path)) {
                true => self.source(path, text(path)),
                false => self.starter(text(path)),
            }
        }
        let mut scripts: Vec<(String, String)> = Vec::new();
        for path in files.iter().filter(|path| base(path) == "package.json") {
            let json = text(path).trim_start_matches('\u{feff}');
            let manifest: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
            let all = manifest.get("scripts").and_then(|all| all.as_object()).into_iter().flatten();
            scripts.extend(
                all.filter_map(|(name, one)| Some((name.clone(), one.as_str()?.to_owned()))),
            );
        }
        loop {
            let runs = RUNNERS.iter().any(|runner| self.is_named(runner));
            let is_run = |name: &str| {
                let around = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
                runs && [Some(name), around].into_iter().flatten().any(|name| {
                    let parts: Vec<&str> = name.split(':').collect();
                    parts.iter().all(|part| self.is_named(part))
                })
            };
            if let Some(at) = scripts.iter().position(|(name, _)| is_run(name)) {
                let (_, command) = scripts.swap_remove(at);
                self.shell(&command);
                continue;
            }
            // Tasks are done where something calls rake.
            let rake = self.is_named("rake") || self.called.iter().any(|name| name == "rake");
            let next = files.iter().find(|path| {
                let moved = || self.puts_elsewhere(path, text(path));
                let meant = self.is_named(base(path)) || rake && is_of_rake(path) || moved();
                !seen.contains(*path) && meant
            });
            let Some(path) = next else { break };
            seen.push(path);
            if is_source(base(path)) {
                self.told = told::by_all([(*path, text(path))].into_iter());
                self.source(path, text(path));
            } else if is_starter(base(path)) {
                self.starter(text(path));
            } else {
                self.script(path, context.text(path));
            }
        }
        self.reads_commands(context);
        self.is_given_zone(context);
        self.opens_what_is_set(context);
    }
}

fn is_of_rake(path: &str) -> bool {
    base(path) == "Rakefile" || path.ends_with(".rake")
}
