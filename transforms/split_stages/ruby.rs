//! Ruby: what bundler and gem installed, and what the project has built in its own folder, on the slim image of the same version.

use dockslim_contract::BuildContext;

use super::effects::{Done, Effect};
use super::extensions::told_to_link;
use super::interpreted::{Language, leaves_packages, plan};
use super::launch::base_name;
use super::plan::Plan;
use super::subject::{Obstacle, Subject, because};
use super::{extconf, rakefile, reasons};
use crate::facts::{Build, BuildStage};
use crate::knowledge::{Form, libraries_of_gem, toolchain_of_image, twin};

/// Where the official images keep gems: their GEM_HOME (docker-library/ruby).
const GEMS: &str = "/usr/local/bundle";

/// Plans the two stages of a Ruby program; `None` if nothing is left behind.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let mut installs = subject.done.iter();
    let builds = subject.done.iter().any(is_build);
    if !builds && !installs.any(|done| matches!(done.effect, Effect::Packages("bundler" | "gem"))) {
        return None;
    }
    let compiles = has_extension(subject)
        || wanted(subject).iter().any(|name| libraries_of_gem(name).is_some());
    if !leaves_packages(subject) && (subject.image.contains("slim") || !compiles) {
        return None;
    }
    Some(planned(subject))
}

/// Headers of Debian's own Ruby, which nothing of the image's is compiled with.
const HEADERS_OF_DEBIAN: &[&str] =
    &["ruby-dev", "ruby2.5-dev", "ruby2.7-dev", "ruby3.1-dev", "ruby3.3-dev"];

/// Whether something names Debian's Ruby, which comes with its headers, by its path.
fn names_other_ruby(subject: &Subject<'_, '_>) -> bool {
    const PATH: &str = "/usr/bin/ruby";
    let dockerfile = subject.build.dockerfile;
    let Some(context) = subject.context else { return true };
    let mut files = context.entries().filter_map(|(path, _)| context.text(path));
    files.any(|text| text.contains(PATH))
        || subject.stage.steps.iter().any(|step| step.text(dockerfile).contains(PATH))
}

/// Whether a command builds what belongs to the project itself.
fn is_build(done: &Done<'_, '_>) -> bool {
    let name = done.command.program_name();
    done.effect == Effect::Builds && matches!(name, Some("make" | "rake" | "ruby"))
}

/// Whether the project builds its extensions in its own folder alone, and no more when it runs.
fn builds_here(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    for done in subject.done.iter().filter(|done| is_build(done)) {
        let words: Vec<&str> =
            done.command.words.iter().map(|word| word.as_deref().unwrap_or("$")).collect();
        let text = |name: &str| {
            let folder = done.folder.as_deref()?.trim_end_matches('/');
            subject.source_text(&format!("{folder}/{name}"))
        };
        let has = |name: &str| text(name).is_some();
        let name = |task: &&str| task.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let rules = ["Makefile", "makefile", "GNUmakefile"];
        let problem = match words.as_slice() {
            ["ruby", "extconf.rb"] if has("extconf.rb") => None,
            ["make", options @ ..]
                if has("extconf.rb")
                    && !rules.iter().any(|name| has(name))
                    && options.iter().all(|word| word.starts_with("-j") || *word == "-s") =>
            {
                None
            }
            ["rake", tasks @ ..] if tasks.iter().all(name) => {
                let others = ["rakefile", "rakefile.rb", "Rakefile.rb"];
                let libraries = subject.context.is_some_and(|context| {
                    context.entries().any(|(path, _)| path.ends_with(".rake"))
                });
                let set = subject.stage.steps.iter().any(|step| step.state.sets("RAKEOPT"));
                match text("Rakefile").filter(|_| !libraries && !set) {
                    Some(script) if !others.iter().any(|name| has(name)) => {
                        rakefile::does_more(script, tasks)
                    }
                    _ => Some("its tasks are not all in one Rakefile".to_owned()),
                }
            }
            _ => Some(words.join(" ")),
        };
        if let Some(problem) = problem {
            let line = subject.build.dockerfile.line(done.command.span.start);
            let message =
                format!("what `{}` leaves (line {line}) is not known: {problem}", words[0]);
            return Err((&reasons::UNKNOWN_COMMAND, message));
        }
    }
    if !subject.done.iter().any(is_build) {
        return Ok(());
    }
    // A task may compile once more.
    let calls = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "rake");
    let mut started = subject.launch.commands.iter().flatten().flatten();
    let mut files = subject.context.into_iter().flat_map(|context| context.entries());
    let runs = |path: &str| {
        path.ends_with(".sh") || path.starts_with("bin/") || base_name(path) == "Procfile"
    };
    let text = |path: &str| subject.context.and_then(|context| context.text(path));
    let found = started.find(|word| calls(word)).cloned().or_else(|| {
        let file = files.find(|(path, _)| runs(path) && text(path).is_some_and(calls));
        file.map(|(path, _)| path.to_owned())
    });
    match found {
        Some(what) => {
            let message = format!("`{what}` may call rake, which compiles");
            Err((&reasons::RUNS_TOOLCHAIN, message))
        }
        None => Ok(()),
    }
}

fn planned(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    builds_here(subject)?;
    if let Some(place) = configured_elsewhere(subject) {
        let message = format!("{place} says where gems go");
        return Err((&reasons::UNKNOWN_COMMAND, message));
    }
    for done in subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_))) {
        if !matches!(done.effect, Effect::Packages("bundler" | "gem")) {
            return Err(because(&reasons::LANGUAGES));
        }
        let bundles = matches!(done.effect, Effect::Packages("bundler"));
        let manifest = done
            .folder
            .as_deref()
            .map(|folder| format!("{}/Gemfile", folder.trim_end_matches('/')));
        if bundles
            && !subject.image.contains("slim")
            && manifest.and_then(|path| subject.source_text(&path)).is_none()
        {
            let message = "which gems the program asks for is not known, and so not what they need of the full image";
            return Err((&reasons::NO_CONTEXT, message.to_owned()));
        }
        let elsewhere = [
            "-i",
            "--install-dir",
            "-n",
            "--bindir",
            "--user-install",
            "--system",
            "--build-root",
            "--path",
            "--standalone",
            "--binstubs",
        ];
        let moved = done
            .command
            .words
            .iter()
            .flatten()
            .any(|word| elsewhere.contains(&word.split('=').next().unwrap_or(word)));
        let step = subject.stage.steps.get(done.step);
        let set = step.is_some_and(|step| {
            step.state.settings.iter().any(|setting| {
                matches!(
                    &*setting.name,
                    "GEM_HOME" | "GEM_PATH" | "BUNDLE_PATH" | "BUNDLE_BIN" | "BUNDLE_APP_CONFIG"
                )
            })
        });
        let root = step.is_some_and(|step| subject.stage.is_root(step));
        if moved || set || !root {
            let line = subject.build.dockerfile.line(done.command.span.start);
            let message = format!("where line {line} installs to is not known");
            return Err((&reasons::UNKNOWN_COMMAND, message));
        }
    }
    let installs = subject.done.iter().any(|done| matches!(done.effect, Effect::Packages(_)));
    let mut language = Language {
        brings_programs: true,
        programs: &["ruby", "bundle", "bundler", "gem", "rake", "irb", "erb"],
        installed: if installs { vec![GEMS.to_owned()] } else { Vec::new() },
        left: if names_other_ruby(subject) { Vec::new() } else { HEADERS_OF_DEBIAN.to_vec() },
        ..Language::default()
    };
    for name in wanted(subject) {
        match libraries_of_gem(&name).map(Vec::as_slice) {
            Some([unknown]) if unknown.is_empty() => {
                let message = format!("the libraries of the gem `{name}` are not known");
                return Err((&reasons::PACKAGES, message));
            }
            libraries => language.packages.extend(libraries.into_iter().flatten().cloned()),
        }
    }
    let base = match twin(subject.image, Form::Slim) {
        Ok(twin) => twin.reference,
        Err(_) if subject.image.contains("slim") => subject.image.to_owned(),
        Err(problem) => return Err((&reasons::PACKAGES, problem.message().to_owned())),
    };
    if let Some(what) = links_more(subject).filter(|_| base != subject.image) {
        let message = format!("{what} may ask for libraries of the full image");
        return Err((&reasons::PACKAGES, message));
    }
    plan(subject, base, &language)
}

/// What of the gems that a stage installs may need more than slim images of Ruby have, in words: for a stage that copies them.
pub(crate) fn gems_need_more(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    context: Option<&BuildContext>,
) -> Option<String> {
    let unknown = || Some("what they are linked with is not known".to_owned());
    let Some(image) = stage.image.as_deref().filter(|_| context.is_some()) else {
        return unknown();
    };
    let bare = image.strip_prefix("docker.io/").unwrap_or(image);
    let bare = bare.strip_prefix("library/").unwrap_or(bare);
    let Some(toolchain) = toolchain_of_image(bare).filter(|row| row.name == "ruby") else {
        return unknown();
    };
    let Ok(subject) = Subject::of(build, stage, context, bare, toolchain) else { return unknown() };
    if subject.done.iter().any(is_build) {
        return Some("the stage builds extensions of its own".to_owned());
    }
    let listed = |done: &Done<'_, '_>| {
        let folder = done.folder.as_deref().map(|folder| folder.trim_end_matches('/'));
        let list = folder.and_then(|folder| subject.source_text(&format!("{folder}/Gemfile")));
        done.effect != Effect::Packages("bundler") || list.is_some()
    };
    if !subject.done.iter().all(listed) {
        return Some("the build context shows no Gemfile".to_owned());
    }
    let wanted = wanted(&subject);
    let linked = wanted.iter().find(|name| libraries_of_gem(name).is_some());
    linked
        .map(|name| format!("the gem `{name}` needs libraries"))
        .or_else(|| links_more(&subject).map(|what| format!("{what} may ask for more libraries")))
}

/// What of the project, or of a call, may link an extension with more than Ruby has, or opens a library by its name.
fn links_more(subject: &Subject<'_, '_>) -> Option<String> {
    let mut installs = subject
        .done
        .iter()
        .filter(|done| matches!(done.effect, Effect::Packages("bundler" | "gem")));
    // What stands behind `--`, or in a setting of a gem, is for its compiler (RubyGems, "gem install"; Bundler, "bundle config").
    let tells = |word: &str| word == "--" || word.starts_with("build.");
    if let Some(done) =
        installs.find(|done| done.command.words.iter().flatten().any(|word| tells(word)))
    {
        return Some(format!("line {}", subject.build.dockerfile.line(done.command.span.start)));
    }
    if let Some(name) = told_to_link(subject) {
        return Some(format!("`{name}`"));
    }
    let context = subject.context?;
    let mut files = context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)));
    let found = files.find(|(path, text)| match base_name(path) {
        "extconf.rb" => extconf::links_more(text),
        // mkmf puts it into the Makefile.
        "depend" => true,
        name if name.ends_with(".gemspec") => extconf::configures_otherwise(text),
        name if [".c", ".cc", ".cpp"].iter().any(|end| name.ends_with(end)) => {
            ["dlopen", "popen(", "system(", "execv", "execl", "posix_spawn"]
                .iter()
                .any(|sign| text.contains(sign))
        }
        name if name.ends_with(".rb") => {
            ["Fiddle", "fiddle", "ffi_lib", "dlload"].iter().any(|sign| text.contains(sign))
        }
        _ => false,
    });
    found.map(|(path, _)| path.to_owned())
}

/// What configures bundler to put gems elsewhere: a call of `bundle config`, or a file of the project.
fn configured_elsewhere(subject: &Subject<'_, '_>) -> Option<String> {
    let told = |word: &str| ["path", "bin", "deployment"].iter().any(|key| word.starts_with(key));
    let call = subject.done.iter().find(|done| {
        let words = || done.command.words.iter().flatten();
        words().any(|word| *word == "config") && words().any(|word| told(word))
    });
    if let Some(call) = call {
        return Some(format!("line {}", subject.build.dockerfile.line(call.command.span.start)));
    }
    let context = subject.context?;
    let mut files = context.entries().map(|(path, _)| path);
    let file = files.find(|path| {
        path.ends_with(".bundle/config")
            && context.text(path).is_none_or(|text| {
                ["BUNDLE_PATH", "BUNDLE_BIN", "BUNDLE_DEPLOYMENT"]
                    .iter()
                    .any(|key| text.contains(key))
            })
    });
    file.map(str::to_owned)
}

/// Whether the project has an extension in C of its own.
fn has_extension(subject: &Subject<'_, '_>) -> bool {
    subject
        .context
        .is_some_and(|context| context.entries().any(|(path, _)| base_name(path) == "extconf.rb"))
}

/// The words by which calls and manifests may ask for a gem.
fn wanted(subject: &Subject<'_, '_>) -> Vec<String> {
    let calls = subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages("gem")));
    let mut found: Vec<String> = calls
        .flat_map(|done| done.command.words.iter().flatten())
        .map(|word| word.to_string())
        .collect();
    for (path, _) in subject.context.into_iter().flat_map(|context| context.entries()) {
        let name = base_name(path);
        if matches!(name, "Gemfile" | "Gemfile.lock") || name.ends_with(".gemspec") {
            let text = subject.context.and_then(|context| context.text(path)).unwrap_or_default();
            let letters = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
            found.extend(text.split(letters).filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
    found.sort();
    found.dedup();
    found
}
