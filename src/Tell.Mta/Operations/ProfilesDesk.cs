using Tell.Mta.Outbound;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Work on the bounce profiles (facts: sun-cisco C5, bounceconfig).</summary>
public sealed class ProfilesDesk : RowsDesk<BounceProfile>
{
    internal ProfilesDesk(MtaContext context, NamesBook book)
        : base(context, book, BounceProfileFields.Table, "BOUNCECONFIG", BounceProfile.DefaultName)
    {
    }

    /// <summary>The keys that a row may have: how each is written and what it decides.</summary>
    public static IReadOnlyList<(string Key, string Form, string Sentence)> AllKeys => BounceProfileFields.Table.Explained;

    /// <summary>What is in force for mail under a profile: each key, its value, and the profile that it comes from, or "settings". Null where there is no such profile.</summary>
    public override async Task<IReadOnlyList<(string Key, string Value, string From)>?> InForceAsync(string name, CancellationToken cancellation)
    {
        var rows = await RowsAsync(cancellation);
        var isDefault = name.Equals(DefaultName, StringComparison.OrdinalIgnoreCase);
        if (!isDefault && !rows.Any(row => Is(row, name)))
            return null;
        var control = isDefault ? null : new DestinationControl(DestinationControl.DefaultName) { Profile = name };
        return InForce([.. RetryLayers.Of(Context.Settings, control, null, wanted => rows.FirstOrDefault(row => Is(row, wanted)))]);
    }

    /// <summary>What layers come to: the keys of a bounce profile, those for a priority only where they say anything else.</summary>
    internal static IReadOnlyList<(string Key, string Value, string From)> InForce(IReadOnlyList<(string From, BounceProfile Terms)> layers)
    {
        var lines = new List<(string Key, string Value, string From)>();
        foreach (var field in BounceProfileFields.Table.Fields)
        {
            var common = BounceProfileFields.CommonOf(field);
            var found = layers
                .Select(layer => (field.Name, Value: field.Format(layer.Terms) ?? common?.Format(layer.Terms), layer.From))
                .FirstOrDefault(said => said.Value is not null);
            if (found.Value is { } value && (common is null || lines.Find(line => line.Key == common.Name).Value != value))
                lines.Add((field.Name, value, found.From));
        }
        return lines;
    }

    private static bool Is(BounceProfile row, string name) => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
