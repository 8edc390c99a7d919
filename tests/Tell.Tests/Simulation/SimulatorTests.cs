using System.Diagnostics;
using System.Threading.Channels;

namespace Tell.Tests.Simulation;

public sealed class SimulatorTests
{
    [Fact]
    public void Five_virtual_days_pass_in_no_time()
    {
        var simulation = new Simulator();
        var polls = 0;
        var watch = Stopwatch.StartNew();
        simulation.Run(async () =>
        {
            while (simulation.Time.Elapsed < TimeSpan.FromDays(5))
            {
                await Task.Delay(TimeSpan.FromMinutes(2), simulation.Time);
                polls++;
            }
        });
        Assert.Equal(5 * 24 * 30, polls);
        Assert.Equal(TimeSpan.FromDays(5), simulation.Time.Elapsed);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public void Everything_runs_on_the_thread_that_runs_it()
    {
        var simulation = new Simulator();
        var threads = new HashSet<int>();
        simulation.Run(async () =>
        {
            var channel = Channel.CreateBounded<int>(1);
            async Task WriteAsync()
            {
                for (var i = 0; i < 10; i++)
                {
                    await channel.Writer.WriteAsync(i);
                    await Task.Yield();
                    threads.Add(Environment.CurrentManagedThreadId);
                }
                channel.Writer.Complete();
            }
            var writing = WriteAsync();
            while (await channel.Reader.WaitToReadAsync())
            {
                while (channel.Reader.TryRead(out _))
                    threads.Add(Environment.CurrentManagedThreadId);
                await Task.Delay(TimeSpan.FromMilliseconds(1), simulation.Time);
            }
            await writing;
        });
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void A_story_that_waits_for_nothing_is_reported_as_a_deadlock()
    {
        var simulation = new Simulator(seed: 42);
        var deadlock = Assert.Throws<SimulationException>(() => simulation.Run(() => new TaskCompletionSource().Task));
        Assert.Contains("Deadlock", deadlock.Message, StringComparison.Ordinal);
        Assert.Contains("Seed 42", deadlock.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_story_that_polls_for_ever_is_stopped_by_the_clock_and_one_that_spins_by_its_steps()
    {
        var polling = new Simulator { MaxTime = TimeSpan.FromDays(1) };
        var endless = Assert.Throws<SimulationException>(() => polling.Run(async () =>
        {
            while (true)
                await Task.Delay(TimeSpan.FromMinutes(1), polling.Time);
        }));
        Assert.Contains("virtual days", endless.Message, StringComparison.Ordinal);

        var spinning = new Simulator { MaxSteps = 1000 };
        var runaway = Assert.Throws<SimulationException>(() => spinning.Run(async () =>
        {
            while (true)
                await Task.Yield();
        }));
        Assert.Contains("Runaway", runaway.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_come_out_as_they_are_from_the_story_and_from_its_loops()
    {
        Assert.Throws<FormatException>(() => new Simulator().Run(async () =>
        {
            await Task.Yield();
            throw new FormatException();
        }));
        var simulation = new Simulator();
        Assert.Throws<FormatException>(() => simulation.Run(async () =>
        {
            _ = simulation.Start(async () =>
            {
                await Task.Yield();
                throw new FormatException();
            });
            await Task.Delay(TimeSpan.FromDays(1), simulation.Time);
        }));
    }

    [Fact]
    public void Work_that_comes_from_another_thread_fails_a_strict_run()
    {
        var simulation = new Simulator();
        var stray = Assert.Throws<SimulationException>(() => simulation.Run(HopAsync));
        Assert.Contains("not the simulation's", stray.Message, StringComparison.Ordinal);
        new Simulator { Strict = false }.Run(HopAsync);

        static async Task HopAsync()
        {
            var hop = new TaskCompletionSource();
            new Thread(() =>
            {
                using var moment = new ManualResetEventSlim();
                moment.Wait(20);
                hop.SetResult();
            }).Start();
            await hop.Task;
        }
    }

    [Fact]
    public void An_announced_thread_is_waited_for_while_the_clock_stands_still()
    {
        var simulation = new Simulator();
        simulation.Run(async () =>
        {
            var timer = Task.Delay(TimeSpan.FromSeconds(1), simulation.Time);
            var stored = new TaskCompletionSource();
            var store = new Thread(() =>
            {
                using var moment = new ManualResetEventSlim();
                moment.Wait(20);
                stored.SetResult();
            });
            using (simulation.Outside())
            {
                store.Start();
                await stored.Task;
            }
            Assert.Equal(TimeSpan.Zero, simulation.Time.Elapsed);
            await timer;
            store.Join();
        });
    }

    [Fact]
    public void A_test_can_drive_the_clock_step_by_step()
    {
        var simulation = new Simulator();
        var told = new List<double>();
        simulation.Start(async () =>
        {
            while (true)
            {
                told.Add(simulation.Time.Elapsed.TotalHours);
                await Task.Delay(TimeSpan.FromHours(1), simulation.Time);
            }
        });
        simulation.Settle();
        Assert.Equal([0], told);
        simulation.Advance(TimeSpan.FromHours(2.5));
        Assert.Equal([0, 1, 2], told);
        Assert.Equal(2.5, simulation.Time.Elapsed.TotalHours);
    }

    [Fact]
    public void Same_seed_same_story_and_shuffling_finds_other_stories()
    {
        var stories = new HashSet<string>();
        for (var seed = 1; seed <= 20; seed++)
        {
            var story = Race(seed);
            Assert.Equal(story, Race(seed));
            stories.Add(story);
        }
        Assert.True(stories.Count > 10, $"only {stories.Count} stories");

        static string Race(int seed)
        {
            var simulation = new Simulator(seed, shuffle: true);
            var story = new List<int>();
            simulation.Run(() => Task.WhenAll(Enumerable.Range(0, 5).Select(async runner =>
            {
                for (var lap = 0; lap < 5; lap++)
                {
                    await Task.Yield();
                    story.Add(runner);
                    await Task.Delay(TimeSpan.FromSeconds(simulation.Random.Next(3)), simulation.Time);
                }
            })));
            return string.Join(' ', story);
        }
    }
}
