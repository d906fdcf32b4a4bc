using Google.Rpc;
using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.ServiceDefaults.Tests.Errors;

/// <summary>Errors that no interceptor sees carry details all the same.</summary>
public sealed class ErrorDetailsTests
{
    private const string Credit = "/koopmanmesh.credit.v1.CreditService/GetCredit";

    public static TheoryData<string, string, string, int, StatusCode, string, string?> Refused => new()
    {
        { "/no.such.Service/Do", "", "", 200, StatusCode.Unimplemented, "UNIMPLEMENTED", nameof(ResourceInfo) },
        { Credit + "s", "", "", 200, StatusCode.Unimplemented, "UNIMPLEMENTED", nameof(ResourceInfo) },
        { "/nothing", "", "", 200, StatusCode.Unimplemented, "UNIMPLEMENTED", nameof(ResourceInfo) },
        { Credit, "grpc-timeout", "soon", 200, StatusCode.Internal, "INTERNAL", null },
        { Credit, "grpc-encoding", "br", 200, StatusCode.Unimplemented, "UNIMPLEMENTED", nameof(ResourceInfo) },
        { Credit, "content-type", "text/plain", 415, StatusCode.InvalidArgument, "NOT_GRPC", nameof(BadRequest) },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Call_ThatTheProtocolRefuses_CarriesDetails(
        string path, string header, string value, int http, StatusCode code, string reason, string? detail)
    {
        await using var host = await CreditHost.StartAsync();
        using var requests = new GrpcRequests(host.Address);

        var answer = header.Length == 0
            ? await requests.PostAsync(path, GrpcRequests.Empty)
            : await requests.PostAsync(path, GrpcRequests.Empty, (header, value));

        AssertDetails(answer, code, reason, detail);
        Assert.Equal(http, answer.HttpStatus);
    }

    [Fact]
    public async Task Call_WithAMessageOverTheLimit_CarriesDetails()
    {
        await using var host = await CreditHost.StartAsync();
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(Credit, [0, 0x7F, 0, 0, 0]);

        AssertDetails(answer, StatusCode.ResourceExhausted, "RESOURCE_EXHAUSTED", null);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("once")]
    public async Task Call_WhoseDeadlinePasses_CarriesDetailsWhetherItAnsweredOrNot(string answers)
    {
        await using var host = await CreditHost.StartAsync(map: static app => app.MapGrpcService<SlowBound>());
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(
            $"/koopmanmesh.credit.v1.BoundService/SearchBox", GrpcRequests.Empty,
            ("grpc-timeout", "50m"), ("answers", answers));

        AssertDetails(answer, StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", null);
    }

    [Fact]
    public async Task Call_OfAMethodThatNobodyWrote_IsUnimplementedWithDetails()
    {
        await using var host = await CreditHost.StartAsync(map: static app => app.MapGrpcService<SlowBound>());
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(
            "/koopmanmesh.credit.v1.BoundService/CountUnstable", GrpcRequests.Empty);

        Assert.Equal("12", answer.Code);
        Assert.Equal("UNIMPLEMENTED", answer.Reason);
    }

    [Theory]
    [InlineData(401, StatusCode.Unauthenticated, "UNAUTHENTICATED")]
    [InlineData(403, StatusCode.PermissionDenied, "PERMISSION_DENIED")]
    [InlineData(413, StatusCode.ResourceExhausted, "RESOURCE_EXHAUSTED")]
    [InlineData(503, StatusCode.Unavailable, "UNAVAILABLE")]
    [InlineData(500, StatusCode.Internal, "INTERNAL")]
    public async Task Call_ThatMiddlewareRefusesAsHttp_IsToldAsGrpc(int http, StatusCode code, string reason)
    {
        await using var host = await RefusingAsync(response => response.StatusCode = http);
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(Credit, GrpcRequests.Empty);

        AssertDetails(answer, code, reason, null);
        Assert.Equal(200, answer.HttpStatus);
    }

    [Fact]
    public async Task Call_ThatMiddlewareRefusesByTheHelper_IsAHeaderBlockAndNothingElse()
    {
        var error = new ErrorDescription(ErrorKind.ResourceExhausted, "CALLS_OPEN", "50 % of 2 calls — all")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };
        await using var host = await RefusingAsync(response => GrpcRefusal.Write(response, error));

        var e = await Assert.ThrowsAsync<RpcException>(() => new CreditService.CreditServiceClient(host.Channel)
            .GetCreditAsync(new(), cancellationToken: Ct).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Equal("50 % of 2 calls — all", e.Status.Detail);
        Assert.Equal(error, RpcErrors.Describe(e));
    }

    [Fact]
    public async Task Call_WhenMiddlewareThrows_IsInternalWithoutTheSecret()
    {
        await using var host = await CreditHost.StartAsync(map: app => app.Use(
            (HttpContext _, RequestDelegate _) => throw new FormatException("a secret")));
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(Credit, GrpcRequests.Empty);

        AssertDetails(answer, StatusCode.Internal, "INTERNAL", null);
        Assert.DoesNotContain("secret", answer.Details.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ThatSucceeds_HasNoDetails()
    {
        await using var host = await CreditHost.StartAsync();
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(Credit, GrpcRequests.Empty);

        Assert.Equal("0", answer.Code);
        Assert.DoesNotContain("grpc-status-details-bin", answer.Headers.Keys);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('%')]
    [InlineData('ж')]
    [InlineData('中')]
    public async Task Call_WithErrorsAsLongAsOneLikes_StaysBelow8KiBOfHeaders(char letter)
    {
        var text = new string(letter, 100_000);
        var error = new ErrorDescription(ErrorKind.InvalidArgument, "LONG", text)
        {
            Violations = [.. Enumerable.Repeat(new FieldViolation(text, text), 100)],
            RetryAfter = TimeSpan.FromSeconds(1),
        };
        await using var host = await RefusingAsync(response => GrpcRefusal.Write(response, error));
        using var requests = new GrpcRequests(host.Address);

        var answer = await requests.PostAsync(Credit, GrpcRequests.Empty);

        // Names, values and the 32 bytes that RFC 9113 counts for each.
        Assert.True(answer.Headers.Sum(static h => h.Key.Length + h.Value.Length + 32) < 8192);
        Assert.Equal("3", answer.Code);
        Assert.StartsWith(new string(letter, 50), answer.Message, StringComparison.Ordinal);
        Assert.EndsWith("…", answer.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RetryInfo), answer.Types);
    }

    private static Task<CreditHost> RefusingAsync(Action<HttpResponse> refuse) =>
        CreditHost.StartAsync(map: app => app.Use((HttpContext context, RequestDelegate _) =>
        {
            refuse(context.Response);
            return Task.CompletedTask;
        }));

    private static void AssertDetails(Answer answer, StatusCode code, string reason, string? detail)
    {
        Assert.Equal(((int)code).ToString(), answer.Code);
        Assert.Equal((int)code, answer.Details.Code);
        Assert.Equal(answer.Message, answer.Details.Message);
        Assert.NotEmpty(answer.Message);
        Assert.Equal(reason, answer.Reason);
        Assert.Equal("koopman.koopmanmesh", answer.Details.Details[0].Unpack<ErrorInfo>().Domain);
        Assert.Equal(detail is null ? ["ErrorInfo"] : ["ErrorInfo", detail], answer.Types);
    }

    private sealed class SlowBound : BoundService.BoundServiceBase
    {
        public override async Task SearchBox(
            IAsyncStreamReader<SearchBoxRequest> requestStream,
            IServerStreamWriter<SearchBoxResponse> responseStream,
            ServerCallContext context)
        {
            if (context.RequestHeaders.GetValue("answers") == "once")
            {
                await responseStream.WriteAsync(new SearchBoxResponse(), context.CancellationToken);
            }

            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
    }
}
