using Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;
using Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

namespace Gateway.Core.Llm.Codecs;

/// <summary>The translations there are.</summary>
internal static class LlmCodecs
{
    private static readonly ILlmCodec[] All = [new AnthropicToOpenAIChatCodec(), new OpenAIChatToAnthropicCodec()];

    /// <summary>The codec for a pair of formats; null when there is none, also for equal formats, which pass natively.</summary>
    public static ILlmCodec? Find(LlmFormat client, LlmFormat upstream)
    {
        foreach (var codec in All)
        {
            if (codec.ClientFormat == client && codec.UpstreamFormat == upstream)
            {
                return codec;
            }
        }

        return null;
    }
}
