using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ConsoleWeb.Backups;

/// <summary>The keys of a data directory in one file, encrypted under a passphrase.</summary>
internal static class KeyBox
{
    public const int MinPassphrase = 12;

    private const int Iterations = 210_000;
    private const int MaxIterations = 10_000_000;
    private const int SaltSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly byte[] Magic = "GHKEYS01"u8.ToArray();

    private static int HeaderSize => Magic.Length + sizeof(int) + SaltSize + NonceSize;

    /// <param name="files">Contents by name.</param>
    public static byte[] Lock(IReadOnlyDictionary<string, byte[]> files, string passphrase)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(files);
        var box = new byte[HeaderSize + TagSize + plain.Length];
        Magic.CopyTo(box, 0);
        BinaryPrimitives.WriteInt32BigEndian(box.AsSpan(Magic.Length), Iterations);
        RandomNumberGenerator.Fill(box.AsSpan(Magic.Length + sizeof(int), SaltSize + NonceSize));
        var header = box.AsSpan(0, HeaderSize);
        using var cipher = new AesGcm(Key(header, passphrase, Iterations), TagSize);
        cipher.Encrypt(header[^NonceSize..], plain, box.AsSpan(HeaderSize + TagSize), box.AsSpan(HeaderSize, TagSize), header);
        return box;
    }

    /// <exception cref="BackupException">The passphrase is wrong, or the box is damaged.</exception>
    public static IReadOnlyDictionary<string, byte[]> Unlock(ReadOnlySpan<byte> box, string passphrase)
    {
        if (box.Length < HeaderSize + TagSize || !box.StartsWith(Magic))
        {
            throw new BackupException("the keys in the backup are damaged");
        }

        var header = box[..HeaderSize];
        var iterations = BinaryPrimitives.ReadInt32BigEndian(header[Magic.Length..]);
        if (iterations is < 1 or > MaxIterations)
        {
            throw new BackupException("the keys in the backup are damaged");
        }

        var plain = new byte[box.Length - HeaderSize - TagSize];
        try
        {
            using var cipher = new AesGcm(Key(header, passphrase, iterations), TagSize);
            cipher.Decrypt(header[^NonceSize..], box[(HeaderSize + TagSize)..], box.Slice(HeaderSize, TagSize), plain, header);
        }
        catch (CryptographicException)
        {
            throw new BackupException("the passphrase is wrong, or the keys in the backup are damaged");
        }

        return JsonSerializer.Deserialize<Dictionary<string, byte[]>>(plain)!;
    }

    private static byte[] Key(ReadOnlySpan<byte> header, string passphrase, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)),
        header.Slice(Magic.Length + sizeof(int), SaltSize),
        iterations,
        HashAlgorithmName.SHA512,
        32);
}
