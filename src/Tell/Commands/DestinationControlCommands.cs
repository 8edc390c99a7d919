using Tell.Mta.Operations;
using Tell.Mta.Outbound;

namespace Tell.Commands;

/// <summary>DESTCONFIG: the destination controls, with the words of AsyncOS (facts: sun-cisco C3).</summary>
internal static class DestinationControlCommands
{
    private static readonly RowWords Words = new(
        "Limit what a destination may get.",
        "NAME is a domain, or host:port of a fixed next hop. What a row leaves out is that of DEFAULT, and what DEFAULT leaves out\nthat of the settings. Changes are in force at once. Keys:",
        "Change some keys of a destination's row.",
        "Delete a destination's row.",
        "Change the row of all destinations that have none of their own.",
        "Show all rows, or what is in force for one destination and where it comes from.",
        "is neither a domain nor host:port.");

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
        new RowCommands<DestinationControl>("DESTCONFIG", () => host.Operations.Controls, Words).Rows(ControlsDesk.AllKeys);
}
