//! Rolls dice over HTTP: `GET /20` throws one with twenty sides.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7878".into());
    for stream in TcpListener::bind(address)?.incoming() {
        if let Err(error) = stream.and_then(answer) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request)?;
    match sides(&request) {
        Some(sides) => write!(stream, "HTTP/1.0 200 OK\r\n\r\n{}\n", roll(sides)),
        None => write!(stream, "HTTP/1.0 400 Bad Request\r\n\r\ntry GET /6\n"),
    }
}

/// The number in the path of a request line.
fn sides(request: &str) -> Option<u64> {
    let path = request.strip_prefix("GET /")?.split_whitespace().next()?;
    path.parse().ok().filter(|sides| *sides > 0)
}

fn roll(sides: u64) -> u64 {
    RandomState::new().build_hasher().finish() % sides + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_number_of_sides() {
        assert_eq!(sides("GET /20 HTTP/1.1\r\n"), Some(20));
        assert_eq!(sides("GET /0 HTTP/1.1\r\n"), None);
        assert_eq!(sides("GET / HTTP/1.1\r\n"), None);
    }

    #[test]
    fn stays_on_the_die() {
        assert!((0..1000).all(|_| (1..=6).contains(&roll(6))));
    }
}
