using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

public sealed class SuggestionTests
{
    private static readonly string[] Known =
        ["ai-proxy", "ai-proxy-advanced", "file-log", "request-transformer", "path", "paths", "header_name", "header_value", "max_request_body_size"];

    [Theory]
    [InlineData("pth", "path")]
    [InlineData("path ", "path")]
    [InlineData("paht", "path")]
    [InlineData("pathz", "path")]
    [InlineData("file_log", "file-log")]
    [InlineData("filelog", "file-log")]
    [InlineData("FILE-LOG", "file-log")]
    [InlineData("ai-proxi", "ai-proxy")]
    [InlineData("ai-proxy-advance", "ai-proxy-advanced")]
    [InlineData("headerName", "header_name")]
    [InlineData("header_vale", "header_value")]
    [InlineData("request_body_size", "max_request_body_size")]
    [InlineData("transformer", "request-transformer")]
    public void For_CloseName_IsTheOneMeant(string name, string meant) => Assert.Equal(meant, Suggestion.For(name, Known));

    [Theory]
    [InlineData("")]
    [InlineData("url")]
    [InlineData("cors")]
    [InlineData("rate-limiting")]
    public void For_FarName_IsNothing(string name) => Assert.Null(Suggestion.For(name, Known));

    [Fact]
    public void For_NothingKnown_IsNothing() => Assert.Null(Suggestion.For("path", []));
}
