using Gateway.Core.Logging.Redaction.Detectors;

namespace Gateway.Core.Logging.Redaction;

/// <summary>A rule that comes with the product.</summary>
/// <param name="Id">Its name in settings, and in what stands in the place of what it took out.</param>
/// <param name="IsLocked">Always on: no setting lets credentials into the log.</param>
internal sealed record RedactionPreset(string Id, string Title, string Description, bool IsLocked, bool IsDefault, ITextRule Rule)
{
    public static readonly IReadOnlyList<RedactionPreset> All =
    [
        new("api-key", "API keys", "Keys of model providers, code hosts and clouds that are known by their prefix, and Gatehouse's own tokens.", IsLocked: true, IsDefault: true, new ApiKeyDetector("api-key")),
        new("bearer-token", "Bearer tokens", "What follows the word Bearer.", IsLocked: false, IsDefault: true, new BearerDetector("bearer-token")),
        new("jwt", "JSON web tokens", "Signed and encrypted tokens, wherever they stand.", IsLocked: false, IsDefault: true, new JwtDetector("jwt")),
        new("private-key", "Private keys", "PEM, OpenSSH and PGP blocks.", IsLocked: false, IsDefault: true, new PrivateKeyDetector("private-key")),
        new("email", "E-mail addresses", "Agents send them often: authors of commits, for example.", IsLocked: false, IsDefault: false, new EmailDetector("email")),
        new("card", "Card numbers", "Payment cards, checked by their check digit.", IsLocked: false, IsDefault: false, new CardDetector("card")),
    ];

    public static RedactionPreset? Find(string id) => All.FirstOrDefault(p => p.Id == id);
}
