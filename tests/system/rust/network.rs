//! The network of Rust's own library: streams, listeners, datagrams, modes, timeouts, names, and a page with what it links to.
//! Arguments: none for the parts that need this machine alone, or HOST:PORT of a server of pages.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

fn streams() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for stream in listener.incoming().take(20) {
            let mut stream = stream.unwrap();
            let mut data = Vec::new();
            stream.read_to_end(&mut data).unwrap();
            data.reverse();
            stream.write_all(&data).unwrap();
        }
    });
    for n in 0..20usize {
        let mut stream = TcpStream::connect(address).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        stream.set_nodelay(true).unwrap();
        assert!(stream.nodelay().unwrap());
        stream.set_ttl(33).unwrap();
        assert_eq!(stream.ttl().unwrap(), 33);
        let data: Vec<u8> = (0..n * 5000).map(|i| (i * 7 + n) as u8).collect();
        let mut half = stream.try_clone().unwrap();
        half.write_all(&data).unwrap();
        half.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer.reverse();
        assert_eq!(answer, data);
    }
    server.join().unwrap();
    println!("streams: ok");
}

fn modes() {
    let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut server, peer) = loop {
        match listener.accept() {
            Ok(pair) => break pair,
            Err(e) => assert_eq!(e.kind(), ErrorKind::WouldBlock),
        }
        thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(peer, client.local_addr().unwrap());
    let mut byte = [0u8; 8];
    client.set_nonblocking(true).unwrap();
    assert_eq!(client.read(&mut byte).unwrap_err().kind(), ErrorKind::WouldBlock);
    client.set_nonblocking(false).unwrap();
    client.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert_eq!(client.read_timeout().unwrap(), Some(Duration::from_millis(100)));
    let start = Instant::now();
    assert_eq!(client.read(&mut byte).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert!(start.elapsed() >= Duration::from_millis(95));
    server.write_all(b"abc").unwrap();
    assert_eq!(client.peek(&mut byte).unwrap(), 3);
    assert_eq!(client.read(&mut byte).unwrap(), 3);
    drop(server);
    assert_eq!(client.read(&mut byte).unwrap(), 0);
    assert!(client.take_error().unwrap().is_none());
    println!("modes: ok");
}

fn failures() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(TcpStream::connect(free).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(TcpStream::connect_timeout(&free, Duration::from_secs(5)).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(TcpListener::bind(taken.local_addr().unwrap()).unwrap_err().kind(), ErrorKind::AddrInUse);
    let elsewhere = TcpListener::bind((Ipv4Addr::new(192, 0, 2, 1), 0)).unwrap_err();
    assert_eq!(elsewhere.kind(), ErrorKind::AddrNotAvailable);
    assert!(TcpStream::connect_timeout(&taken.local_addr().unwrap(), Duration::from_secs(5)).is_ok());
    println!("failures: ok");
}

fn datagrams() {
    let a = UdpSocket::bind("127.0.0.1:0").unwrap();
    let b = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut data = [0u8; 2000];
    a.send_to(b"to b", b.local_addr().unwrap()).unwrap();
    let (size, from) = b.recv_from(&mut data).unwrap();
    assert_eq!((&data[..size], from), (&b"to b"[..], a.local_addr().unwrap()));
    b.connect(from).unwrap();
    for size in [0usize, 1, 1472, 2000] {
        b.send(&vec![size as u8; size]).unwrap();
        assert_eq!(a.recv(&mut data).unwrap(), size);
    }
    a.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    assert_eq!(a.recv(&mut data).unwrap_err().kind(), ErrorKind::WouldBlock);
    a.set_nonblocking(true).unwrap();
    assert_eq!(a.recv_from(&mut data).unwrap_err().kind(), ErrorKind::WouldBlock);
    a.set_broadcast(true).unwrap();
    assert!(a.broadcast().unwrap());
    println!("datagrams: ok");
}

fn names() {
    let local: Vec<SocketAddr> = "localhost:80".to_socket_addrs().unwrap().collect();
    assert!(local.contains(&SocketAddr::from(([127, 0, 0, 1], 80))));
    let number: Vec<SocketAddr> = ("10.1.2.3", 5).to_socket_addrs().unwrap().collect();
    assert_eq!(number, [SocketAddr::from(([10, 1, 2, 3], 5))]);
    println!("names: ok");
}

/// One page: its body, as far as Content-Length says.
fn get(server: &str, path: &str) -> String {
    let start = Instant::now();
    let mut stream = TcpStream::connect(server).unwrap();
    let took = start.elapsed();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 200 "), "{}: {}", path, line);
    let mut length = None;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        match line.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = Some(value.parse::<usize>().unwrap()),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = String::new();
    reader.read_to_string(&mut body).unwrap();
    assert_eq!(Some(body.len()), length, "{}", path);
    eprintln!("connect: {} us", took.as_micros());
    body
}

/// What a page links to: the values of href and src.
fn links(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in ["href=\"", "src=\""] {
        for part in page.split(attribute).skip(1) {
            found.push(part.split('"').next().unwrap().to_string());
        }
    }
    found
}

fn main() {
    if let Some(server) = std::env::args().nth(1) {
        let page = get(&server, "/page");
        for link in links(&page) {
            println!("{link}: {} bytes", get(&server, &link).len());
        }
        return;
    }
    streams();
    modes();
    failures();
    datagrams();
    names();
    println!("all checks passed");
}
