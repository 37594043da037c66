//! Threads of Rust's standard library: every check panics on a wrong answer; the last line is "all checks passed".
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{channel, sync_channel, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Barrier, Condvar, Mutex, Once, RwLock};
use std::thread;
use std::time::{Duration, Instant};

fn spawn_and_join() {
    let threads: Vec<_> = (0..16).map(|i| thread::spawn(move || i * i)).collect();
    let sum: i32 = threads.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(sum, 1240);
    let named = thread::Builder::new().name("a name".into()).stack_size(256 * 1024);
    let t = named.spawn(|| thread::current().name().map(str::to_owned)).unwrap();
    assert_eq!(t.join().unwrap().as_deref(), Some("a name"));
    assert!(thread::available_parallelism().unwrap().get() >= 1);
}

fn scoped() {
    let mut parts = vec![0u64; 8];
    let input: Vec<u64> = (0..80_000).collect();
    thread::scope(|s| {
        for (part, chunk) in parts.iter_mut().zip(input.chunks(10_000)) {
            s.spawn(move || *part = chunk.iter().sum());
        }
    });
    assert_eq!(parts.iter().sum::<u64>(), 80_000 * 79_999 / 2);
}

fn mutex_and_poison() {
    let counter = Arc::new(Mutex::new(0));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let counter = Arc::clone(&counter);
            thread::spawn(move || {
                for _ in 0..2000 {
                    *counter.lock().unwrap() += 1;
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    assert_eq!(*counter.lock().unwrap(), 16_000);
    let other = Arc::clone(&counter);
    let panicked = thread::spawn(move || {
        let _guard = other.lock().unwrap();
        panic!("this one is wanted");
    })
    .join();
    assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"this one is wanted"));
    assert!(counter.is_poisoned());
    assert_eq!(*counter.lock().unwrap_err().into_inner(), 16_000);
}

fn rwlock() {
    let pair = Arc::new(RwLock::new((0u64, 0u64)));
    thread::scope(|s| {
        for i in 0..6 {
            let pair = &pair;
            s.spawn(move || {
                for _ in 0..1000 {
                    if i < 2 {
                        let mut p = pair.write().unwrap();
                        p.0 += 1;
                        p.1 += 1;
                    } else {
                        let p = pair.read().unwrap();
                        assert_eq!(p.0, p.1);
                    }
                }
            });
        }
    });
    assert_eq!(*pair.read().unwrap(), (2000, 2000));
}

fn condvar() {
    let state = (Mutex::new(0usize), Condvar::new());
    thread::scope(|s| {
        for me in 0..3usize {
            let (turn, changed) = (&state.0, &state.1);
            s.spawn(move || {
                for _ in 0..300 {
                    let mut turn = changed.wait_while(turn.lock().unwrap(), |t| *t % 3 != me).unwrap();
                    *turn += 1;
                    changed.notify_all();
                }
            });
        }
    });
    assert_eq!(*state.0.lock().unwrap(), 900);
    let begun = Instant::now();
    let (_guard, result) = state.1.wait_timeout(state.0.lock().unwrap(), Duration::from_millis(20)).unwrap();
    assert!(result.timed_out() && begun.elapsed() >= Duration::from_millis(20));
}

fn barrier() {
    let barrier = Barrier::new(4);
    let (leaders, arrived) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                for round in 1..=50 {
                    arrived.fetch_add(1, Ordering::SeqCst);
                    if barrier.wait().is_leader() {
                        leaders.fetch_add(1, Ordering::SeqCst);
                    }
                    assert!(arrived.load(Ordering::SeqCst) >= 4 * round);
                    barrier.wait();
                }
            });
        }
    });
    assert_eq!(leaders.load(Ordering::SeqCst), 50);
}

fn channels() {
    let (tx, rx) = channel();
    for i in 0..4u64 {
        let tx = tx.clone();
        thread::spawn(move || (0..500).for_each(|k| tx.send(i * 500 + k).unwrap()));
    }
    drop(tx);
    assert_eq!(rx.iter().sum::<u64>(), 2000 * 1999 / 2);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    let (tx, rx) = sync_channel(2);
    let producer = thread::spawn(move || (0..1000).for_each(|k| tx.send(k).unwrap()));
    assert!((0..1000).all(|k| rx.recv() == Ok(k)));
    producer.join().unwrap();
    let (_tx, rx) = channel::<()>();
    assert_eq!(rx.recv_timeout(Duration::from_millis(10)), Err(RecvTimeoutError::Timeout));
}

fn once() {
    static ONCE: Once = Once::new();
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    thread::scope(|s| {
        for _ in 0..8 {
            s.spawn(|| {
                ONCE.call_once(|| {
                    thread::sleep(Duration::from_millis(5));
                    RUNS.fetch_add(1, Ordering::SeqCst);
                });
                assert_eq!(RUNS.load(Ordering::SeqCst), 1);
            });
        }
    });
}

struct CountsDrops;
static DROPS: AtomicUsize = AtomicUsize::new(0);

impl Drop for CountsDrops {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::SeqCst);
    }
}

thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(7) };
    static GUARD: RefCell<Option<CountsDrops>> = const { RefCell::new(None) };
}

fn thread_locals() {
    NUMBER.with(|n| n.set(1));
    let threads: Vec<_> = (0..10)
        .map(|i| {
            thread::spawn(move || {
                GUARD.with(|g| *g.borrow_mut() = Some(CountsDrops));
                NUMBER.with(|n| {
                    assert_eq!(n.get(), 7);
                    n.set(i);
                    thread::yield_now();
                    assert_eq!(n.get(), i);
                });
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    assert_eq!(NUMBER.with(Cell::get), 1);
    assert_eq!(DROPS.load(Ordering::SeqCst), 10);
}

fn park_and_sleep() {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let sleeper = thread::spawn(move || {
        while !seen.load(Ordering::Acquire) {
            thread::park();
        }
        thread::park_timeout(Duration::from_millis(5));
    });
    thread::sleep(Duration::from_millis(5));
    flag.store(true, Ordering::Release);
    sleeper.thread().unpark();
    sleeper.join().unwrap();
    let begun = Instant::now();
    thread::sleep(Duration::from_millis(30));
    assert!(begun.elapsed() >= Duration::from_millis(30));
}

fn main() {
    let checks: [(&str, fn()); 10] = [
        ("spawn and join", spawn_and_join),
        ("scoped threads", scoped),
        ("Mutex and poison", mutex_and_poison),
        ("RwLock", rwlock),
        ("Condvar", condvar),
        ("Barrier", barrier),
        ("channels", channels),
        ("Once", once),
        ("thread_local!", thread_locals),
        ("park, sleep and Instant", park_and_sleep),
    ];
    for (name, check) in checks {
        check();
        println!("{name}: ok");
    }
    println!("all checks passed");
}
