using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Operations;

namespace Tell.Mta;

/// <summary>
/// One MTA: its context, its Add-In Controller and the operations on it. It has no global state: a process may hold several, and a
/// simulator may run it on a clock, a network and stores of its own.
/// </summary>
public sealed class TellMta : IAsyncDisposable
{
    /// <summary>An MTA that is not loaded yet: <see cref="Operator.LoadAsync"/> starts it.</summary>
    /// <param name="environment">The world it lives in; closed by the caller afterwards.</param>
    /// <param name="settings">The settings to begin with.</param>
    /// <param name="source">Where settings are read again later.</param>
    public TellMta(MtaEnvironment environment, MtaSettings settings, ISettingsSource source)
    {
        Context = new MtaContext(environment, settings);
        Controller = new AddInController(Context, source, environment.Nightly);
        Operations = new Operator(Context, Controller);
    }

    /// <summary>What its tasks share.</summary>
    public MtaContext Context { get; }

    /// <summary>The Add-In Controller.</summary>
    public AddInController Controller { get; }

    /// <summary>What an operator, a program or a host can do with it.</summary>
    public Operator Operations { get; }

    /// <summary>Quits.</summary>
    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await Context.TlsPolicies.DisposeAsync();
        await Context.Resolver.DisposeAsync();
    }
}
