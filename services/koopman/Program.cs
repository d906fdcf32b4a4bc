using KoopmanMesh.Koopman;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("koopman");
builder.Services.AddGrpc();
builder.AddKoopman();

var app = builder.Build();
app.MapServiceDefaults();
app.MapKoopman();
await app.RunAsync();
