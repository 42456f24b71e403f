using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>Sees an answer as it passes, before plugins change it. Must not wait, and changes nothing.</summary>
internal interface IResponseWatcher
{
    /// <summary>Status and headers. Called again when another answer takes the place of one whose body never left.</summary>
    void Head(HttpResponse response);

    /// <summary>The next bytes of the body.</summary>
    void Bytes(ReadOnlySpan<byte> bytes);

    /// <summary>The last call.</summary>
    /// <param name="isWhole">Whether the answer reached its end.</param>
    void End(bool isWhole);
}
