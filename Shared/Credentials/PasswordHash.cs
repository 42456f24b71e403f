using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Shared.Credentials;

/// <summary>
/// Passwords as they are stored: PBKDF2 in the PHC text form, <c>$pbkdf2-sha256$i=100000$salt$hash</c>, salt and hash in base64 without
/// padding.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>Rounds of a new hash: some 20 ms of one core.</summary>
    public const int Rounds = 100_000;

    private const string Prefix = "$pbkdf2-sha256$i=";
    private const int MaxRounds = 1_000_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly int _rounds;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) => (_rounds, _salt, _hash) = (rounds, salt, hash);

    /// <summary>A new hash with a salt of its own.</summary>
    public static PasswordHash Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(Rounds, salt, Derive(password, salt, Rounds));
    }

    /// <returns>Null for a text that is no stored hash, or one whose check would take too long.</returns>
    public static PasswordHash? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length..].Split('$') is not [var rounds, var salt, var hash])
        {
            return null;
        }

        return int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MaxRounds
            && Decode(salt) is { Length: >= 8 and <= 64 } saltBytes && Decode(hash) is { Length: HashBytes } hashBytes
            ? new PasswordHash(count, saltBytes, hashBytes)
            : null;
    }

    /// <summary>Takes as long for a wrong password as for the right one.</summary>
    public bool Matches(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, _salt, _rounds), _hash);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_rounds}${Encode(_salt)}${Encode(_hash)}");

    private static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, HashBytes);

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
