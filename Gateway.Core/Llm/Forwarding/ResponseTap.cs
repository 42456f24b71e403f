using Gateway.Core.Llm.Observers;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>
/// Watches an answer that passes on in its coding: keeps the coded bytes up to a limit and reads them at the end. A decoder that ran
/// along would wake for every chunk; such answers are one-shot.
/// </summary>
internal sealed class ResponseTap(string coding) : IDisposable
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxDecodedBytes = 16 * 1024 * 1024;

    private readonly PooledBuffer _coded = new();
    private bool _isTooLong;

    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (_isTooLong || _coded.Length + bytes.Length > MaxBytes)
        {
            _isTooLong = true;
            return;
        }

        bytes.CopyTo(_coded.GetSpan(bytes.Length));
        _coded.Advance(bytes.Length);
    }

    /// <summary>Hands the decoded body to an observer. Bodies that are too long or broken are not observed; the client has them as they came.</summary>
    public void Complete(ILlmResponseObserver observer)
    {
        if (_isTooLong)
        {
            return;
        }

        try
        {
            using var decoded = new PooledBuffer();
            if (ContentCoding.TryDecode(_coded.Written, coding, MaxDecodedBytes, decoded))
            {
                observer.Push(decoded.WrittenSpan);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or Pipeline.RequestBodyTooLargeException or IOException)
        {
            // Passed on untouched; only the count is missing.
        }
    }

    public void Dispose() => _coded.Dispose();
}
