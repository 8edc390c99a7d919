namespace Tell.Mta.Configuration;

/// <summary>A setting whose feature comes with a later release: accepted, reported, without effect.</summary>
internal sealed class LaterSetting(string name, string form, string room, string sentence) : Setting(name, form, "", sentence, room)
{
    /// <inheritdoc/>
    public override bool IsLater => true;

    /// <inheritdoc/>
    public override string Format(MtaSettings settings) => "";

    /// <inheritdoc/>
    internal override bool TryApply(string text, MtaSettings settings, out MtaSettings changed, out string reason)
    {
        (changed, reason) = (settings, "");
        return true;
    }
}
