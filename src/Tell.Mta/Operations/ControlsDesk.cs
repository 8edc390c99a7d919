using Tell.Mta.Outbound;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Work on the destination controls (facts: sun-cisco C3, destconfig).</summary>
public sealed class ControlsDesk : RowsDesk<DestinationControl>
{
    internal ControlsDesk(MtaContext context, NamesBook book)
        : base(context, book, ControlFields.Table, "DESTCONFIG", DestinationControl.DefaultName)
    {
    }

    /// <summary>The keys that a row may have: how each is written and what it decides.</summary>
    public static IReadOnlyList<(string Key, string Form, string Sentence)> AllKeys => ControlFields.Table.Explained;

    /// <summary>
    /// What is in force for a destination: each key, its value, and the row or bounce profile that it comes from, or "settings". Null where the name cannot be one.
    /// </summary>
    public override async Task<IReadOnlyList<(string Key, string Value, string From)>?> InForceAsync(string name, CancellationToken cancellation)
    {
        if (ControlFields.Table.Begin(name).Record is not { } wanted)
            return null;
        var rows = await RowsAsync(cancellation);
        var all = rows.FirstOrDefault(row => row.Name == DestinationControl.DefaultName);
        var own = wanted.Name == DestinationControl.DefaultName ? null : rows.FirstOrDefault(row => row.Name == wanted.Name);
        List<(string From, DestinationControl Row)> layers = [.. new[] { own, all }.OfType<DestinationControl>().Select(row => (row.Name, row)), (RetryLayers.Settings, ControlFields.Of(Context.Settings))];
        // Of the keys that bounce profiles have too, those tell.
        return [.. ControlFields.Table.Fields
            .Where(field => BounceProfileFields.Table.Find(field.Name) is null)
            .Select(field => layers.Select(layer => (field.Name, Value: field.Format(layer.Row), layer.From)).FirstOrDefault(found => found.Value is not null))
            .Where(found => found.Value is not null)
            .Select(found => (found.Name, found.Value!, found.From)),
            .. ProfilesDesk.InForce([.. RetryLayers.Of(Context.Settings, own, all, Context.Profiles.Find)])];
    }

    /// <inheritdoc/>
    private protected override string? ObjectionTo(DestinationControl row) => row.Profile is { } profile && Context.Profiles.Find(profile) is null
        ? $"bounce_profile: there is no bounce profile {profile}; BOUNCECONFIG NEW makes one"
        : null;
}
