using System.Globalization;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace Gateway.Core.Secrets;

/// <summary>The secrets that one snapshot was made with. Each is read once, so that a snapshot never mixes an old and a new value.</summary>
internal sealed class SnapshotSecrets
{
    private readonly Dictionary<string, Secret> _secrets = [];
    private readonly SecretVaults _vaults;
    private readonly SecretReports _reports;
    private readonly IReadOnlyList<VaultConfig> _declared;
    private readonly Dictionary<string, Secret>? _before;

    /// <param name="previous">
    /// Of the snapshot before. While the vaults are the same, a secret that cannot be read for a moment keeps the value it had.
    /// </param>
    public SnapshotSecrets(SecretVaults vaults, SecretReports reports, IReadOnlyList<VaultConfig> declared, SnapshotSecrets? previous)
    {
        (_vaults, _reports, _declared) = (vaults, reports, declared);
        _before = previous is not null && ReferenceEquals(previous._declared, declared) ? previous._secrets : null;
    }

    /// <summary>The secret's value, or null when there is none that the field could take. Called by the builder of the snapshot only.</summary>
    /// <param name="place">The field and whose it is, for the log.</param>
    public string? Resolve(string reference, FieldSchema field, string place)
    {
        if (!_secrets.TryGetValue(reference, out var secret))
        {
            var read = _vaults.Read(reference, _declared);
            _secrets[reference] = secret = new Secret(read.Text ?? _before?.GetValueOrDefault(reference)?.Value) { Reason = read.Reason };
        }

        secret.Places.Add(place);
        var fitting = secret.Value is null ? null : Fit(field, secret.Value);
        var reason = secret.Value is not null && fitting is null ? "its value is no number that the field takes" : secret.Reason;
        _reports.Report(reference, place, reason, keeps: fitting is not null);
        return fitting;
    }

    /// <summary>Whether a reference stands for something else by now. Called by one thread at a time.</summary>
    public bool HaveChanged()
    {
        var isChanged = false;
        foreach (var (reference, secret) in _secrets)
        {
            var now = _vaults.Read(reference, _declared);
            if (now.Reason is null != secret.Reason is null)
            {
                secret.Reason = now.Reason;
                secret.Places.ForEach(place => _reports.Report(reference, place, now.Reason, keeps: secret.Value is not null));
            }

            isChanged |= now.Text is not null && now.Text != secret.Value;
        }

        return isChanged;
    }

    /// <returns>The text as the field takes it; null when it does not. What else a text must be, its plugin finds out.</returns>
    private static string? Fit(FieldSchema field, string text)
    {
        if (field.Kind is not (FieldKind.Integer or FieldKind.Number))
        {
            return text;
        }

        var style = field.Kind == FieldKind.Integer ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        return double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= (field.Min ?? int.MinValue) && number <= (field.Max ?? int.MaxValue)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    /// <param name="Value">Null: the fields are empty.</param>
    private sealed record Secret(string? Value)
    {
        /// <summary>Why it could not be read when last looked at; the value is then an older one.</summary>
        public string? Reason { get; set; }

        public List<string> Places { get; } = [];
    }
}
