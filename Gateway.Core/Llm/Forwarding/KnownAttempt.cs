using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Providers;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>What of an attempt depends on its target and on little of the request, kept for the next one like it: clients ask for the same again and again.</summary>
internal sealed record KnownAttempt(AddressRequest Request, bool ForcesStream, UpstreamAddress Address, Uri Uri, CodecTarget Codec)
{
    public bool IsFor(in AddressRequest request, bool forcesStream) => ForcesStream == forcesStream && Request == request;
}
