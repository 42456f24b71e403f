using System.Text;
using ConsoleWeb.Features.Connect;

namespace ConsoleWeb.Tests.Features.Connect;

public sealed class TestRequestTests
{
    [Theory]
    [InlineData("""{"usage":{"prompt_tokens":7,"completion_tokens":5}}""")]
    [InlineData("""{"usage":{"input_tokens":7,"output_tokens":5}}""")]
    public void Tokens_OfEachFormat_AreRead(string body) => Assert.Equal((7, 5), TestRequest.TokensOf(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"usage":{"input_tokens":"7"}}""")]
    [InlineData("""{"error":{"message":"no"}}""")]
    [InlineData("[1]")]
    [InlineData("no JSON")]
    public void Tokens_NotThere_AreNone(string body) => Assert.Null(TestRequest.TokensOf(Encoding.UTF8.GetBytes(body)));
}
