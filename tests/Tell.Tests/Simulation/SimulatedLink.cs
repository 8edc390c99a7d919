using System.IO.Pipelines;

namespace Tell.Tests.Simulation;

/// <summary>
/// What lies between two ends: four pipes and one loop for each direction, which carries octets under the conditions of the way. A loop
/// ends when its sender closes, when its receiver no longer reads, or when the link breaks.
/// </summary>
internal sealed class SimulatedLink
{
    private readonly CancellationTokenSource _life = new();
    private readonly SimulatedNetwork _network;
    private readonly PathConditions _way;
    private Exception? _break;

    public SimulatedLink(SimulatedNetwork network, PathConditions way)
    {
        (_network, _way) = (network, way);
        (FromClient, ToServer, FromServer, ToClient) = (NewPipe(), NewPipe(), NewPipe(), NewPipe());
        network.Simulator.Start(() => CarryAsync(FromClient.Reader, ToServer.Writer, way => way.CutAfterSent));
        network.Simulator.Start(() => CarryAsync(FromServer.Reader, ToClient.Writer, way => way.CutAfterReceived));
    }

    public Pipe FromClient { get; }

    public Pipe ToServer { get; }

    public Pipe FromServer { get; }

    public Pipe ToClient { get; }

    /// <summary>Ends both directions: reads see <paramref name="reason"/>, or an orderly end where it is null. What was on its way is lost.</summary>
    public void Break(Exception? reason)
    {
        if (_life.IsCancellationRequested)
            return;
        _break = reason;
        _life.Cancel();
    }

    private Pipe NewPipe() => new(new PipeOptions(
        readerScheduler: _network.Simulator.Scheduler,
        writerScheduler: _network.Simulator.Scheduler,
        pauseWriterThreshold: _network.BufferSize,
        resumeWriterThreshold: Math.Max(1, _network.BufferSize / 2)));

    private async Task CarryAsync(PipeReader from, PipeWriter to, Func<PathConditions, long?> cut)
    {
        long carried = 0;
        try
        {
            while (true)
            {
                var result = await from.ReadAsync(_life.Token);
                if (_way.Latency > TimeSpan.Zero)
                    await Task.Delay(_way.Latency, _network.Simulator.Time, _life.Token);
                var rest = result.Buffer;
                while (!rest.IsEmpty)
                {
                    if (_way.BlackHole)
                        await Task.Delay(Timeout.InfiniteTimeSpan, _network.Simulator.Time, _life.Token);
                    var piece = rest.First;
                    if (_way.LargestPiece > 0)
                        piece = piece[..Math.Min(piece.Length, _network.Simulator.Random.Next(1, _way.LargestPiece + 1))];
                    if (cut(_way) is { } limit && carried + piece.Length > limit)
                        piece = piece[..(int)Math.Max(0, limit - carried)];
                    carried += piece.Length;
                    rest = rest.Slice(piece.Length);
                    if (!piece.IsEmpty && (await to.WriteAsync(piece, _life.Token)).IsCompleted)
                        return;
                    if (carried >= cut(_way))
                    {
                        Break(_way.CutResets ? new IOException("connection reset by peer") : null);
                        return;
                    }
                    if (_way.LargestPiece > 0)
                        await Task.Yield();
                }
                from.AdvanceTo(rest.End);
                if (result.IsCompleted)
                    return;
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
        }
        catch (Exception sender) when (sender is IOException or InvalidOperationException)
        {
            // An end completed its pipe with an exception: the other end sees a reset, as it would from a socket.
            Break(new IOException("connection reset by peer"));
        }
        finally
        {
            await from.CompleteAsync(_life.IsCancellationRequested ? _break : null);
            await to.CompleteAsync(_life.IsCancellationRequested ? _break : null);
        }
    }
}
