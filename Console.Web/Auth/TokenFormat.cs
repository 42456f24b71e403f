using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ConsoleWeb.Auth;

/// <summary>
/// The shape of a personal access token: <c>kpat_</c>, 43 base-62 digits that hold 256 random bits, and the CRC-32 of everything before as
/// 6 more digits. Whoever scans text for leaked tokens needs only this; a mistyped token costs no look at the store.
/// </summary>
internal static class TokenFormat
{
    public const string Prefix = "kpat_";

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const int Length = 5 + SecretLength + ChecksumLength;

    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <returns>A new token from the system's random source.</returns>
    public static string Create()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        Span<char> token = stackalloc char[Length];
        Prefix.CopyTo(token);
        Write(new BigInteger(random, isUnsigned: true), token.Slice(Prefix.Length, SecretLength));
        Write(Crc(token[..^ChecksumLength]), token[^ChecksumLength..]);
        return new string(token);
    }

    /// <summary>Whether prefix, length, alphabet and checksum are right. Says nothing about whether the token exists.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> token) =>
        token.Length == Length && token.StartsWith(Prefix, StringComparison.Ordinal) && HasChecksum(token);

    /// <summary>Whether the last six characters are the checksum of those before.</summary>
    internal static bool HasChecksum(ReadOnlySpan<char> token)
    {
        if (token.Length <= ChecksumLength)
        {
            return false;
        }

        foreach (var character in token)
        {
            if (character != '_' && !char.IsAsciiLetterOrDigit(character))
            {
                return false;
            }
        }

        Span<char> expected = stackalloc char[ChecksumLength];
        Write(Crc(token[..^ChecksumLength]), expected);
        return token[^ChecksumLength..].SequenceEqual(expected);
    }

    /// <summary>What the store keeps: SHA-256 as lower-case hex.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <summary>What lists show: <c>7Hq2…v9Tc</c>.</summary>
    public static string Display(string token) => $"{token.AsSpan(Prefix.Length, 4)}…{token.AsSpan(Length - 4)}";

    private static void Write(BigInteger number, Span<char> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Digits.Length, out var rest);
            digits[i] = Digits[(int)rest];
        }
    }

    private static uint Crc(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var character in text)
        {
            crc = CrcTable[(crc ^ character) & 0xFF] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] BuildCrcTable()
    {
        const uint polynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : polynomial ^ (value >> 1);
            }

            table[i] = value;
        }

        return table;
    }
}
