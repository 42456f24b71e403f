using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Logging;

namespace Gateway.Core.Tests.Logging;

/// <summary>What is written is what the runtime's own writer writes, byte for byte.</summary>
public sealed class JsonLineWriterTests
{
    public static TheoryData<string> Texts =>
    [
        "", "plain", "a \"quote\" and a \\", "tab\tfeed\nreturn\r\b\f", "\0\u0001\u001f\u007f\u0080\u009f", "<a href='x'>&amp;</a>", "ünï cödé", "日本語", "\U0001F600 smile",
        "half \ud83d of a pair", "\udc00", "\u2028\u2029\ufeff\ufffe", new string('x', 10_000), new string('é', 5000), new string('x', 300) + "\"",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_OfAnyKind_IsThatOfTheRuntimesWriter(string text) => AssertSame(
        ours =>
        {
            ours.WriteString("name"u8, text);
            ours.WriteString(text, text);
            ours.WriteStartArray("list"u8);
            ours.WriteStringValue(text);
            ours.WriteStringValue(text);
            ours.WriteEndArray();
        },
        theirs =>
        {
            theirs.WriteString("name"u8, text);
            theirs.WriteString(text, text);
            theirs.WriteStartArray("list"u8);
            theirs.WriteStringValue(text);
            theirs.WriteStringValue(text);
            theirs.WriteEndArray();
        });

    [Fact]
    public void Text_OfRandomCharacters_IsThatOfTheRuntimesWriter()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Create(random.Next(40), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = (char)(r.Next(4) == 0 ? r.Next(0x10000) : r.Next(0x20, 0x80));
                }
            });
            AssertSame(ours => ours.WriteString("a"u8, text), theirs => theirs.WriteString("a"u8, text));
        }
    }

    [Fact]
    public void Values_OfEveryKind_AreThoseOfTheRuntimesWriter()
    {
        var id = Guid.NewGuid();
        AssertSame(
            ours =>
            {
                ours.WriteString("none"u8, (string?)null);
                ours.WriteString("constant"u8, "upstream"u8);
                ours.WriteString("two"u8, "http://localhost", "/ä?b=\"c\"");
                ours.WriteString("id"u8, id);
                ours.WriteNumber("least"u8, long.MinValue);
                ours.WriteNumber("most"u8, long.MaxValue);
                ours.WriteNumber("amount"u8, 0.000_123_450m);
                ours.WriteNumber("largest"u8, decimal.MinValue);
                ours.WriteBoolean("yes"u8, true);
                ours.WriteNull("nothing"u8);
                ours.WriteStartObject("inner"u8);
                ours.WriteEndObject();
                ours.WritePropertyName("raw"u8);
                ours.WriteRawValue("""{"a":[1,2]}"""u8);
                ours.WriteStartArray("mixed"u8);
                ours.WriteStartObject();
                ours.WriteNumber("n"u8, 1);
                ours.WriteEndObject();
                ours.WriteBooleanValue(false);
                ours.WriteEndArray();
            },
            theirs =>
            {
                theirs.WriteString("none"u8, (string?)null);
                theirs.WriteString("constant"u8, "upstream"u8);
                theirs.WriteString("two"u8, "http://localhost" + "/ä?b=\"c\"");
                theirs.WriteString("id"u8, id);
                theirs.WriteNumber("least"u8, long.MinValue);
                theirs.WriteNumber("most"u8, long.MaxValue);
                theirs.WriteNumber("amount"u8, 0.000_123_450m);
                theirs.WriteNumber("largest"u8, decimal.MinValue);
                theirs.WriteBoolean("yes"u8, true);
                theirs.WriteNull("nothing"u8);
                theirs.WriteStartObject("inner"u8);
                theirs.WriteEndObject();
                theirs.WritePropertyName("raw"u8);
                theirs.WriteRawValue("""{"a":[1,2]}"""u8);
                theirs.WriteStartArray("mixed"u8);
                theirs.WriteStartObject();
                theirs.WriteNumber("n"u8, 1);
                theirs.WriteEndObject();
                theirs.WriteBooleanValue(false);
                theirs.WriteEndArray();
            });
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0004, "0")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.01, "0.01")]
    [InlineData(2.5, "2.5")]
    [InlineData(6789.0625, "6789.062")]
    [InlineData(-1.25, "-1.25")]
    [InlineData(86_400_000.999, "86400000.999")]
    [InlineData(1e13, "10000000000000")]
    [InlineData(double.NaN, "0")]
    [InlineData(double.PositiveInfinity, "0")]
    public void Milliseconds_HaveThreeDigitsBehindThePointAtMost(double value, string expected) =>
        Assert.Equal($$"""{"t":{{expected}}}""", Written(json => json.WriteMilliseconds("t"u8, value)));

    [Fact]
    public void Number_OfFourteenDigits_IsWhatTheFormatSays()
    {
        var random = new Random(6);
        for (var i = 0; i < 2000; i++)
        {
            var value = i % 3 == 0 ? random.Next() : random.NextDouble() * Math.Pow(10, random.Next(-6, 16));

            Assert.Equal($$"""{"n":{{value.ToString("G14", CultureInfo.InvariantCulture)}}}""", Written(json => json.WriteNumber14("n"u8, value)));
        }
    }

    [Fact]
    public void Members_Repeated_StandBehindOthersWithAComma()
    {
        using var json = new JsonLineWriter(1);
        json.WriteStartObject();
        json.WriteStartObject("first"u8);
        var start = json.Length;
        json.WriteNumber("a"u8, 1);
        json.WriteNumber("b"u8, 2);
        var end = json.Length;
        json.WriteNumber("c"u8, 3);
        json.WriteEndObject();
        json.RepeatMembers(start, end);
        json.WriteEndObject();

        Assert.Equal("""{"first":{"a":1,"b":2,"c":3},"a":1,"b":2}""", Encoding.UTF8.GetString(json.WrittenSpan));
    }

    private static void AssertSame(Action<JsonLineWriter> ours, Action<Utf8JsonWriter> theirs)
    {
        var expected = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(expected, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            writer.WriteStartObject();
            theirs(writer);
            writer.WriteEndObject();
        }

        Assert.Equal(Encoding.UTF8.GetString(expected.WrittenSpan), Written(ours));
    }

    private static string Written(Action<JsonLineWriter> write)
    {
        // Too little memory at first, so that it must grow.
        using var json = new JsonLineWriter(1);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
