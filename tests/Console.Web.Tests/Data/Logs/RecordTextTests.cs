using System.Text;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class RecordTextTests
{
    private const string Typical = """{"request":{"id":"01a219b4e22c4378a332ff801bd619b4","method":"POST","uri":"/codex/responses","headers":{"content-type":"application/json"}},"latencies":{"kong":1,"proxy":3}}""";

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(Typical)]
    public void Record_ComesBackAsItWas(string json) => Assert.Equal(json, Encoding.UTF8.GetString(RecordText.Expand(RecordText.Compress(Encoding.UTF8.GetBytes(json)))));

    [Fact]
    public void Record_LargeAndWithoutOrder_ComesBackAsItWas()
    {
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);

        Assert.Equal(bytes, RecordText.Expand(RecordText.Compress(bytes)));
    }

    [Fact]
    public void Record_LikeAnyOther_TakesLittleRoom() => Assert.InRange(RecordText.Compress(Encoding.UTF8.GetBytes(Typical)).Length, 1, Typical.Length / 2);

    [Fact]
    public void Record_OfAnOlderVersion_IsRead() => Assert.Equal(Typical, Encoding.UTF8.GetString(RecordText.Expand(LogText.Compress(Encoding.UTF8.GetBytes(Typical)))));

    [Fact]
    public void Record_Damaged_IsSaidToBe()
    {
        var stored = RecordText.Compress(Encoding.UTF8.GetBytes(Typical));

        Assert.Throws<InvalidDataException>(() => RecordText.Expand(stored[..^10]));
        Assert.Throws<InvalidDataException>(() => RecordText.Expand([.. stored[..8], .. Enumerable.Repeat((byte)0xFF, 40)]));
    }
}
