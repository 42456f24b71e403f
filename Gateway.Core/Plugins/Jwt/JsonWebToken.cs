using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>A token in the compact form, taken apart; nothing in it is proven yet.</summary>
internal sealed class JsonWebToken : IDisposable
{
    private readonly JsonDocument _header;
    private readonly JsonDocument _claims;

    private JsonWebToken(JsonDocument header, JsonDocument claims, string algorithm, byte[] signed, byte[] signature) =>
        (_header, _claims, Algorithm, Signed, Signature) = (header, claims, algorithm, signed, signature);

    /// <summary>What the token says it is signed with; one of those that <see cref="JwtSignature"/> knows.</summary>
    public string Algorithm { get; }

    public JsonElement Claims => _claims.RootElement;

    /// <summary>The bytes that the signature is about.</summary>
    public byte[] Signed { get; }

    public byte[] Signature { get; }

    public void Dispose()
    {
        _header.Dispose();
        _claims.Dispose();
    }

    /// <summary>A claim, or a member of the header when there is no such claim; null: neither.</summary>
    public JsonElement? FindKey(string name) => Find(_claims, name) ?? Find(_header, name);

    /// <param name="fault">What is wrong with a token that cannot be read.</param>
    public static JsonWebToken? Read(string token, out string? fault)
    {
        fault = "invalid JSON";
        if (token.Split('.') is not [var head, var body, var end] || Decode(end) is not { } signature || Parse(head) is not { } header)
        {
            return null;
        }

        var algorithm = Find(header, "alg") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "";
        var claims = Parse(body);
        fault = claims is null ? fault
            : !JwtSignature.IsKnown(algorithm) ? "invalid alg"
            : claims.RootElement.ValueKind != JsonValueKind.Object ? "invalid claims"
            : null;
        if (fault is null)
        {
            return new JsonWebToken(header, claims!, algorithm, Encoding.UTF8.GetBytes($"{head}.{body}"), signature);
        }

        header.Dispose();
        claims?.Dispose();
        return null;
    }

    private static JsonElement? Find(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) ? value : null;

    private static JsonDocument? Parse(string encoded)
    {
        try
        {
            return Decode(encoded) is { } bytes ? JsonDocument.Parse(bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string encoded) => Base64Url.IsValid(encoded) ? Base64Url.DecodeFromChars(encoded) : null;
}
