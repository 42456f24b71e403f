using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Plugins.Authentication;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Plugins.Jwt;

/// <summary>A gateway with the plugin, credentials of Ada, and tokens for them. The key of a credential is its algorithm.</summary>
internal static class JwtScene
{
    private const string Secret = "some shared secret";

    private static readonly RSA Rsa = RSA.Create(2048);

    private static readonly Dictionary<string, ECDsa> Curves = new()
    {
        ["ES256"] = ECDsa.Create(ECCurve.NamedCurves.nistP256),
        ["ES384"] = ECDsa.Create(ECCurve.NamedCurves.nistP384),
        ["ES512"] = ECDsa.Create(ECCurve.NamedCurves.nistP521),
    };

    public static string[] Algorithms =>
        ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", .. Curves.Keys];

    public static string RsaPem => Rsa.ExportSubjectPublicKeyInfoPem();

    public static Task<AuthScene> StartAsync(string config = "{}") => AuthScene.StartAsync(WithSecrets, ("jwt", config));

    public static GatewayConfig WithSecrets(GatewayConfig config) => config with
    {
        JwtSecrets =
        [
            .. Algorithms.Select(a => Credential(a, a)),
            Credential("base64", "HS256") with { Secret = Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
            Credential("no key", "RS256") with { RsaPublicKey = "nonsense" },
            Credential("other curve", "ES256") with { RsaPublicKey = Curves["ES384"].ExportSubjectPublicKeyInfoPem() },
            Credential("edwards", "EdDSA"),
        ],
    };

    /// <summary>A token with the claims, signed as the algorithm says.</summary>
    /// <param name="signsAs">Null: the algorithm that the header names.</param>
    public static string Token(string claims, string algorithm = "HS256", string? header = null, string? signsAs = null)
    {
        header ??= $$"""{"typ":"JWT","alg":"{{algorithm}}"}""";
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Encode(Sign(signsAs ?? algorithm, Encoding.UTF8.GetBytes(signed)))}";
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static byte[] Sign(string algorithm, byte[] signed)
    {
        var key = Encoding.UTF8.GetBytes(Secret);
        var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
        return algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, signed),
            "HS384" => HMACSHA384.HashData(key, signed),
            "HS512" => HMACSHA512.HashData(key, signed),
            "none" => [],

            // The mistake of taking a public key, which everybody has, for a secret.
            "HS256 with the public key" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(RsaPem), signed),
            _ when Curves.TryGetValue(algorithm, out var curve) => curve.SignData(signed, hash),
            _ => Rsa.SignData(signed, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
        };
    }

    private static JwtSecretConfig Credential(string key, string algorithm) => new()
    {
        Id = Guid.NewGuid(),
        Consumer = new EntityReference(AuthScene.Ada.Id),
        Key = key,
        Secret = Secret,
        Algorithm = algorithm,
        RsaPublicKey = Curves.TryGetValue(algorithm, out var curve) ? curve.ExportSubjectPublicKeyInfoPem() : RsaPem,
    };
}
