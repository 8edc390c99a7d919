using System.Collections.Concurrent;
using Tell.Tests.Mta.Lives;
using Xunit.Abstractions;

namespace Tell.Tests.Mta;

/// <summary>
/// Random lives of whole MTAs: whatever happens, every recipient of every accepted message has exactly one end, and parents and children live and go together. TELL_LIVES=100000
/// lives more of them; TELL_MINUTES=30 ends that after so long; TELL_LIFE=4711,4712 lives those alone and tells their story.
/// </summary>
public sealed class LivesTests(ITestOutputHelper output)
{
    private const int Ordinary = 200;

    [Fact]
    public void Every_recipient_of_every_message_has_exactly_one_end_and_families_stay_together()
    {
        if (Environment.GetEnvironmentVariable("TELL_LIFE") is { Length: > 0 } some)
        {
            var wrong = new List<string>();
            foreach (var one in some.Split(',').Select(int.Parse))
            {
                var life = new Life(one);
                wrong.AddRange(life.Run().Select(fault => $"life {one}: {fault}"));
                output.WriteLine($"life {one}:\n{life.Story}\n\n{life.Logs}\n");
            }
            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
            return;
        }
        var lives = Number("TELL_LIVES") ?? Ordinary;
        var first = Number("TELL_SEED") ?? 1;
        var limit = TimeSpan.FromMinutes(Number("TELL_MINUTES") ?? 24 * 60);
        var failed = new ConcurrentQueue<string>();
        var lived = 0;
        var started = TimeProvider.System.GetTimestamp();
        var next = first - 1;
        // A life is a world with a clock and a thread of its own: as many at a time as there are cores.
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (failed.Count < 5 && TimeProvider.System.GetElapsedTime(started) < limit && Interlocked.Increment(ref next) is var seed && seed < first + lives)
            {
                var life = new Life(seed);
                var faults = life.Run();
                if (faults.Count > 0)
                {
                    Console.WriteLine($"life {seed}: {string.Join("; ", faults)}");
                    failed.Enqueue($"life {seed} (TELL_LIFE={seed} lives it again):\n{string.Join('\n', faults)}\n{life.Story}");
                }
                if (Interlocked.Increment(ref lived) is var so && so % Math.Max(1000, lives / 20) == 0)
                    Console.WriteLine($"lives: {so} of {lives}, {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        output.WriteLine($"lives: {lived} in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s, from seed {first}");
        Assert.True(failed.IsEmpty, string.Join("\n\n", failed));
        Assert.True(lived == lives || Number("TELL_MINUTES") is not null, $"{lived} of {lives} lives were lived.");
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;
}
