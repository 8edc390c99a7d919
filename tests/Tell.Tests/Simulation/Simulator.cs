using System.IO.Pipelines;
using System.Runtime.ExceptionServices;

namespace Tell.Tests.Simulation;

/// <summary>
/// Runs asynchronous code on one thread and on a virtual clock: what is runnable runs in the order in which it became so (or, shuffled, in
/// an order drawn from the seed), and when nothing is, the clock moves to the next timer. Same seed, same story.
/// </summary>
public sealed class Simulator
{
    private readonly object _gate = new();
    private readonly List<(SendOrPostCallback Work, object? State)> _runnable = [];
    private readonly List<Exception> _failures = [];
    private readonly SimulationContext _context;
    private readonly Random? _shuffle;
    private int _first, _thread, _outside;
    private long _steps;

    /// <summary>A simulation whose every choice comes from <paramref name="seed"/>; <paramref name="shuffle"/> also draws the order of what is runnable from it.</summary>
    public Simulator(int seed = 1, bool shuffle = false)
    {
        Seed = seed;
        Random = new Random(seed);
        _shuffle = shuffle ? new Random(~seed) : null;
        _context = new SimulationContext(this);
        Scheduler = new SimulationScheduler(_context);
        Network = new SimulatedNetwork(this);
    }

    /// <summary>What it was made of: print it where a seeded test fails.</summary>
    public int Seed { get; }

    /// <summary>The clock.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>The source of chance for what runs inside.</summary>
    public Random Random { get; }

    /// <summary>The network.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>For pipes made by a test: their continuations stay on the simulation's thread.</summary>
    public PipeScheduler Scheduler { get; }

    /// <summary>
    /// True: a continuation that comes from another thread without <see cref="Outside"/> fails the run, because its story would differ from
    /// run to run. False: it is taken as it comes.
    /// </summary>
    public bool Strict { get; set; } = true;

    /// <summary>A run that takes more steps than this is a runaway.</summary>
    public long MaxSteps { get; set; } = 50_000_000;

    /// <summary>A run that takes more virtual time than this waits for something that never comes.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromDays(60);

    /// <summary>How many steps were taken.</summary>
    public long Steps => _steps;

    /// <summary>Runs a story to its end, moving the clock as needed. Its exception is thrown as it is.</summary>
    /// <exception cref="SimulationException">Deadlock, runaway, or work on a foreign thread.</exception>
    public void Run(Func<Task> story) => Inside(() =>
    {
        Task? told = null;
        _context.Post(_ => told = Begin(story), null);
        var limit = Time.GetUtcNow() + MaxTime;
        while (told is not { IsCompleted: true })
        {
            if (Step() || AwaitOutside())
                continue;
            Breathe();
            if (Runnable)
                continue;
            if (Time.NextTimer is null && !AwaitStray())
                throw Stuck("Deadlock: the story has not ended, nothing is runnable and no timer is armed.");
            if (Time.NextTimer > limit)
                throw Stuck($"The story has not ended after {MaxTime.TotalDays} virtual days.");
            Time.FireNext(limit);
        }
        told.GetAwaiter().GetResult();
        lock (_gate)
            ThrowFailures();
    });

    /// <summary>Begins a loop that goes on beside the story; its failure fails the run.</summary>
    public Task Start(Func<Task> loop)
    {
        var begun = new TaskCompletionSource();
        _context.Post(async _ =>
        {
            try
            {
                await loop();
                begun.SetResult();
            }
            catch (Exception failure)
            {
                Fail(failure);
                begun.SetException(failure);
            }
        }, null);
        return begun.Task;
    }

    /// <summary>Runs what is runnable until nothing is, without moving the clock.</summary>
    public void Settle() => Advance(TimeSpan.Zero);

    /// <summary>Runs what is runnable and moves the clock by so much, firing what becomes due on the way.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(Time.GetUtcNow() + by);

    /// <summary>Runs what is runnable and moves the clock to a time, firing what becomes due on the way.</summary>
    public void AdvanceTo(DateTimeOffset target) => Inside(() =>
    {
        while (true)
        {
            if (Step() || AwaitOutside())
                continue;
            Breathe();
            if (!Runnable && !Time.FireNext(target))
                break;
        }
        Time.AdvanceTo(target);
    });

    /// <summary>
    /// While it is not disposed, a thread outside is at work for the story (a store's writer, say): the clock stands still and the
    /// simulation waits for its continuation.
    /// </summary>
    public IDisposable Outside()
    {
        Interlocked.Increment(ref _outside);
        return new OutsideWork(this);
    }

    private bool Runnable
    {
        get
        {
            lock (_gate)
                return _first < _runnable.Count;
        }
    }

    private static async Task Begin(Func<Task> story) => await story();

    private void Inside(Action pump)
    {
        if (Interlocked.CompareExchange(ref _thread, Environment.CurrentManagedThreadId, 0) != 0)
            throw new SimulationException("A simulation is run by one thread, and not from inside: there, await a timer of its clock.");
        var outer = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(_context);
            pump();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            _thread = 0;
        }
    }

    private bool Step()
    {
        (SendOrPostCallback Work, object? State) next;
        lock (_gate)
        {
            ThrowFailures();
            if (_first == _runnable.Count)
                return false;
            if (_shuffle is not null)
            {
                var chosen = _shuffle.Next(_first, _runnable.Count);
                (_runnable[_first], _runnable[chosen]) = (_runnable[chosen], _runnable[_first]);
            }
            next = _runnable[_first];
            _runnable[_first++] = default;
            if (_first == _runnable.Count || _first >= 4096)
            {
                _runnable.RemoveRange(0, _first);
                _first = 0;
            }
        }
        if (++_steps > MaxSteps)
            throw Stuck($"Runaway: {MaxSteps} steps.");
        next.Work(next.State);
        return true;
    }

    private bool AwaitOutside()
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _outside) == 0)
                return false;
            if (_first == _runnable.Count && !Monitor.Wait(_gate, TimeSpan.FromSeconds(30)))
                throw Stuck("A thread outside was announced and has not come back for 30 real seconds.");
            return true;
        }
    }

    // What went to the thread pool is given time to come back: two markers pass through the pool behind it. Not certain, hence not strict.
    private void Breathe()
    {
        if (Strict)
            return;
        for (var i = 0; i < 2; i++)
        {
            using var passed = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(passed => passed.Set(), passed, preferLocal: false);
            passed.Wait();
        }
    }

    private void Post(SendOrPostCallback work, object? state)
    {
        lock (_gate)
        {
            var stray = _thread != 0 && _thread != Environment.CurrentManagedThreadId && Volatile.Read(ref _outside) == 0;
            if (stray && Strict)
            {
                _failures.Add(new SimulationException(
                    "Work came from a thread that is not the simulation's, so its story would differ from run to run. Usual causes: "
                    + "Channel.ReadAllAsync, Task.WhenAny or WhenAll over a TaskCompletionSource that runs continuations asynchronously, "
                    + "SemaphoreSlim.WaitAsync with a token, CancelAsync. Announce a real thread with Outside(). It came from:\n"
                    + Environment.StackTrace));
            }
            _runnable.Add((work, state));
            Monitor.PulseAll(_gate);
        }
    }

    private void ThrowFailures()
    {
        if (_failures.Count == 1)
            ExceptionDispatchInfo.Throw(_failures[0]);
        if (_failures.Count > 1)
            throw new AggregateException(_failures);
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
            _failures.Add(failure);
    }

    // Work on a foreign thread looks like a deadlock until it comes back: a real moment tells the two apart.
    private bool AwaitStray()
    {
        lock (_gate)
            return _failures.Count > 0 || _first < _runnable.Count || Monitor.Wait(_gate, TimeSpan.FromSeconds(1));
    }

    private SimulationException Stuck(string what) =>
        new($"{what} Seed {Seed}, step {_steps}, {Time.Elapsed} after the start.");

    private sealed class SimulationContext(Simulator simulation) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback work, object? state) => simulation.Post(work, state);

        public override void Send(SendOrPostCallback work, object? state) =>
            throw new NotSupportedException("Nothing waits for another thread in a simulation.");

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class OutsideWork(Simulator simulation) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
                return;
            lock (simulation._gate)
            {
                Interlocked.Decrement(ref simulation._outside);
                Monitor.PulseAll(simulation._gate);
            }
        }
    }
}
