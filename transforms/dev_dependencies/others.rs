//! What keeps the development dependencies of PHP and of Ruby in an image, where the context shows some.

use serde_json::Value;

use super::calls::folder;
use super::project::source_of;
use super::{Install, reasons};
use crate::facts::below;
use crate::pass::Refusal;

/// Why an install of composer or bundler goes on as it is; `None` if it is none, or installs no development dependencies that are
/// known.
pub(super) fn kept(install: Install<'_, '_>) -> Option<Refusal> {
    let command = install.command();
    let called = command.package_call()?;
    let words = || command.words[called.program.end..].iter().flatten().map(|word| &**word);
    let is_set = |name: &str| install.step().state.settings.iter().any(|it| it.name == name);
    if !words().any(|word| word == "install") || !install.users().iter().any(|it| it.stage.ships) {
        return None;
    }
    let context = install.context?;
    let here = folder(install).ok()?;
    let text = |name: &str| {
        let source = source_of(install, context, &below(&here, name)).ok().flatten()?;
        context.text(&source)
    };
    match called.manager.name.as_str() {
        "composer" => {
            let decided = words().any(|word| word == "--no-dev") || is_set("COMPOSER_NO_DEV");
            composer(text("composer.lock").filter(|_| !decided)?)
        }
        "bundler" => {
            let said = |word: &str| word.contains("without") || word.contains("with=");
            let mut steps = install.stage.steps[..=install.number].iter();
            let decided = is_set("BUNDLE_WITHOUT")
                || steps.any(|step| {
                    let mut commands = step.content.commands().iter();
                    commands.any(|one| one.words.iter().flatten().any(|word| said(word)))
                });
            let development = text("Gemfile").filter(|_| !decided)?.lines().any(|line| {
                let line = line.split('#').next().unwrap_or_default();
                line.contains("group") && (line.contains("development") || line.contains("test"))
            });
            development.then(|| {
                let message = "a program asks for all groups of its Gemfile again when it starts; where `bundle config set \
                               without 'development test'` or BUNDLE_WITHOUT holds for it as well, they can stay away";
                (&reasons::ASKED_FOR_AGAIN, message.to_owned())
            })
        }
        _ => None,
    }
}

/// What keeps the packages that a composer.lock has for development.
fn composer(lock: &str) -> Option<Refusal> {
    let lock: Value = serde_json::from_str(lock).ok()?;
    let packages = lock.get("packages-dev")?.as_array().filter(|all| !all.is_empty())?;
    let name = |package: &Value| package.get("name").and_then(Value::as_str).map(str::to_owned);
    let files = |package: &&Value| {
        let files = package.get("autoload").and_then(|autoload| autoload.get("files"));
        files.and_then(Value::as_array).is_some_and(|files| !files.is_empty())
    };
    let message = match packages.iter().find(files).and_then(name) {
        Some(name) => format!(
            "{name} defines functions for everybody, which a source calls without its name; who knows that none does says `--no-dev`"
        ),
        None => {
            let name = packages.first().and_then(name)?;
            format!(
                "classes are loaded by texts, which may name one of {name}; who knows that none does says `--no-dev`"
            )
        }
    };
    Some((&reasons::LOADED_BY_TEXT, message))
}
