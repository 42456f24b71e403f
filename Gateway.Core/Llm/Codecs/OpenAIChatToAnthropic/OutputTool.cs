namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>The tool that stands for <c>response_format</c>: the model is made to call it, and its input is the answer's content.</summary>
internal static class OutputTool
{
    public const string Name = "json_output";
}
