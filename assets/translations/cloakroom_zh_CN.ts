<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AnswersTable</name>
    <message>
        <source>{count} files</source>
        <translation>{count} 个文件</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Open a line to see its evidence.</source>
        <translation>打开某一行可查看其依据。</translation>
    </message>
</context>
<context>
    <name>ApplicationDesk</name>
    <message>
        <source>Your settings cannot be saved; they hold until you quit.</source>
        <translation>设置无法保存，只在退出前有效。</translation>
    </message>
    <message>
        <source>The history cannot be read.</source>
        <translation>无法读取历史记录。</translation>
    </message>
    <message>
        <source>The receipt was saved as {file}.</source>
        <translation>回执已存为 {file}。</translation>
    </message>
    <message>
        <source>{n} receipts were saved as {file}.</source>
        <translation>已把 {n} 份回执保存为 {file}。</translation>
    </message>
    <message>
        <source>The report was saved in {file}.</source>
        <translation>报告已保存到 {file}。</translation>
    </message>
    <message>
        <source>What an attacker gets was saved as {file}.</source>
        <translation>攻击结果已保存为 {file}。</translation>
    </message>
    <message>
        <source>The signed report was saved as {file}.</source>
        <translation>已签名的报告已保存为 {file}。</translation>
    </message>
    <message>
        <source>The history cannot be saved, so this list will be lost when you quit.</source>
        <translation>历史记录无法保存，退出后这份列表会丢失。</translation>
    </message>
</context>
<context>
    <name>AskDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>BoxBar</name>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>保护</translation>
    </message>
    <message>
        <source>Leave this face out</source>
        <translation>排除这张人脸</translation>
    </message>
    <message>
        <source>Protect this face</source>
        <translation>保护这张人脸</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a box</source>
        <translation>添加一个框</translation>
    </message>
    <message>
        <source>Remove this box</source>
        <translation>移除这个框</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Done with the faces</source>
        <translation>完成人脸设置</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>BoxTool</name>
    <message>
        <source>Box removed</source>
        <translation>框已移除</translation>
    </message>
    <message>
        <source>Face {number} of {count}, {across} % from the left, {down} % from the top</source>
        <translation>第 {number} 张人脸，共 {count} 张，距左 {across} %，距上 {down} %</translation>
    </message>
    <message>
        <source>protected</source>
        <translation>已保护</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>No box yet</source>
        <translation>还没有框</translation>
    </message>
</context>
<context>
    <name>Busy</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>It starts when Cloakroom is ready and the jobs before it are done.</source>
        <translation>Cloakroom 就绪、前面的任务完成后即开始。</translation>
    </message>
    <message>
        <source>It starts when you continue the list below.</source>
        <translation>在下方继续列表后开始。</translation>
    </message>
    <message>
        <source>Step {step} of {of}</source>
        <translation>第 {step} 步，共 {of} 步</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
</context>
<context>
    <name>CanvasBar</name>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Difference ×10</source>
        <translation>差异 ×10</translation>
    </message>
    <message>
        <source>AI view</source>
        <translation>AI 所见</translation>
    </message>
    <message>
        <source>Attack</source>
        <translation>攻击</translation>
    </message>
    <message>
        <source>What an AI makes of each of them</source>
        <translation>AI 分别看到什么</translation>
    </message>
    <message>
        <source>What an attacker gets from each of them</source>
        <translation>攻击者从两者分别得到什么</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>涂抹</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>Brush size ([ and ])</source>
        <translation>画笔大小（[ 和 ]）</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反选</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Done painting</source>
        <translation>完成涂抹</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>The file itself says that it was made by an AI.</source>
        <translation>文件本身表明它由 AI 生成。</translation>
    </message>
    <message>
        <source>Probably made by an AI: our detector says so. That is a hint, no proof.</source>
        <translation>很可能由 AI 生成：这是检测器的判断，只是线索，不是证据。</translation>
    </message>
    <message>
        <source>Strong evidence that this was changed or put together.</source>
        <translation>有力证据表明它被改动或拼接过。</translation>
    </message>
    <message>
        <source>Strong evidence of where it comes from, and no sign of AI.</source>
        <translation>有力证据表明其来源，且没有 AI 的迹象。</translation>
    </message>
    <message>
        <source>No sign found that an AI made this. That does not prove it is real.</source>
        <translation>没有发现由 AI 生成的迹象。但这不能证明它是真的。</translation>
    </message>
    <message>
        <source>Inconclusive: this file alone cannot tell whether it is real.</source>
        <translation>无法判断：仅凭这个文件不能确定它是否真实。</translation>
    </message>
    <message>
        <source>Strong evidence</source>
        <translation>有力证据</translation>
    </message>
    <message>
        <source>Statistical hint</source>
        <translation>统计线索</translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation>无法判断</translation>
    </message>
    <message>
        <source>The evidence contradicts itself.</source>
        <translation>证据互相矛盾。</translation>
    </message>
    <message>
        <source>It seems to carry a protective cloak, which changes what detectors look at. A cloak is no sign of AI.</source>
        <translation>它似乎带有防护伪装，而伪装会改变检测器所看的内容。伪装不是 AI 的迹象。</translation>
    </message>
    <message>
        <source>There are hints that decide nothing by themselves.</source>
        <translation>有一些线索，但它们本身不足以下结论。</translation>
    </message>
    <message>
        <source>Nothing in the file tells, and no detector could be used.</source>
        <translation>文件中没有说明，也没有可用的检测器。</translation>
    </message>
    <message>
        <source>The detector&apos;s score is higher than that of 99 of 100 real files.</source>
        <translation>检测器的得分高于 100 个真实文件中的 99 个。</translation>
    </message>
    <message>
        <source>The detector changes its mind when the file is changed a little.</source>
        <translation>文件稍作改动，检测器的判断就变了。</translation>
    </message>
    <message>
        <source>The detector leans towards AI, but it is too weak on generators it does not know to decide anything.</source>
        <translation>检测器偏向于 AI，但它辨别陌生生成器的能力太弱，不足以下结论。</translation>
    </message>
    <message>
        <source>The detector found nothing unusual.</source>
        <translation>检测器没有发现异常。</translation>
    </message>
    <message>
        <source>No sign of AI was found, but the detector misses many generators: that decides nothing.</source>
        <translation>没有发现 AI 的迹象，但检测器会漏掉许多生成器，因此不能据此下结论。</translation>
    </message>
    <message>
        <source>The picture is too small for a detector: its shorter side has under 256 pixels.</source>
        <translation>图片太小，检测器无法判断：短边不足 256 像素。</translation>
    </message>
    <message>
        <source>The recording is too short for a detector: it has under 2 seconds.</source>
        <translation>录音太短，检测器无法判断：不足 2 秒。</translation>
    </message>
    <message>
        <source>It is compressed so strongly that the traces of its making are gone.</source>
        <translation>压缩过强，制作痕迹已经消失。</translation>
    </message>
    <message>
        <source>It looks like a drawing, a screenshot or text; the detector knows photos only.</source>
        <translation>它像是绘画、截图或文字；检测器只懂照片。</translation>
    </message>
    <message>
        <source>It has only a fixed set of colours; the detector knows photos only.</source>
        <translation>它只有固定的几种颜色；检测器只懂照片。</translation>
    </message>
    <message>
        <source>There is hardly any sound in it.</source>
        <translation>其中几乎没有声音。</translation>
    </message>
    <message>
        <source>There is little speech in it; the detector knows voices only.</source>
        <translation>其中说话很少；检测器只懂人声。</translation>
    </message>
    <message>
        <source>No detector here was measured on video, so their scores decide nothing.</source>
        <translation>这里的检测器都没有在视频上测量过，所以得分不作为结论。</translation>
    </message>
    <message>
        <source>Settings of a generator</source>
        <translation>生成器的设置</translation>
    </message>
    <message>
        <source>The file holds the settings that {program} made it with (in {where}).</source>
        <translation>文件中有 {program} 生成它时的设置（位于 {where}）。</translation>
    </message>
    <message>
        <source>Label of an AI service</source>
        <translation>AI 服务的标识</translation>
    </message>
    <message>
        <source>The file names {program} as what made it (in {where}).</source>
        <translation>文件写明由 {program} 生成（位于 {where}）。</translation>
    </message>
    <message>
        <source>Label of an AI editor</source>
        <translation>AI 编辑工具的标识</translation>
    </message>
    <message>
        <source>The file says that {program} edited it (in {where}).</source>
        <translation>文件写明由 {program} 编辑（位于 {where}）。</translation>
    </message>
    <message>
        <source>Label for AI content (China)</source>
        <translation>AI 内容标识（中国）</translation>
    </message>
    <message>
        <source>It carries the label that GB 45438-2025 asks for. Producer: {producer}.</source>
        <translation>它带有 GB 45438-2025 要求的标识。生成服务：{producer}。</translation>
    </message>
    <message>
        <source>Label for suspected AI content (China)</source>
        <translation>疑似 AI 内容标识（中国）</translation>
    </message>
    <message>
        <source>A platform labelled it as possibly made by an AI. Producer: {producer}.</source>
        <translation>平台将其标为可能由 AI 生成。生成服务：{producer}。</translation>
    </message>
    <message>
        <source>Digital source type: AI</source>
        <translation>数字来源类型：AI</translation>
    </message>
    <message>
        <source>Its IPTC digital source type is {type}.</source>
        <translation>其 IPTC 数字来源类型为 {type}。</translation>
    </message>
    <message>
        <source>Digital source type: composite</source>
        <translation>数字来源类型：合成</translation>
    </message>
    <message>
        <source>Its IPTC digital source type is {type}: parts of it are synthetic.</source>
        <translation>其 IPTC 数字来源类型为 {type}：部分内容是合成的。</translation>
    </message>
    <message>
        <source>Digital source type: camera</source>
        <translation>数字来源类型：相机</translation>
    </message>
    <message>
        <source>Its IPTC digital source type is {type}. Anybody can write that.</source>
        <translation>其 IPTC 数字来源类型为 {type}。任何人都可以这样写。</translation>
    </message>
    <message>
        <source>Content Credentials: valid and trusted</source>
        <translation>内容凭证：有效且可信</translation>
    </message>
    <message>
        <source>Signed by {signer}, and unchanged since.</source>
        <translation>由 {signer} 签名，此后未改动。</translation>
    </message>
    <message>
        <source>Content Credentials: valid, unknown signer</source>
        <translation>内容凭证：有效，签名者未知</translation>
    </message>
    <message>
        <source>Unchanged since it was signed by {signer}, whom no list on this computer vouches for.</source>
        <translation>自 {signer} 签名后未改动，但本机没有名单为其担保。</translation>
    </message>
    <message>
        <source>Content Credentials: made by an AI</source>
        <translation>内容凭证：由 AI 生成</translation>
    </message>
    <message>
        <source>{signer}, who is trusted, signed that an AI made it.</source>
        <translation>可信的 {signer} 签名声明它由 AI 生成。</translation>
    </message>
    <message>
        <source>It is signed that an AI made it, by {signer}, whom no list here vouches for.</source>
        <translation>{signer} 签名声明它由 AI 生成，但本机没有名单为其担保。</translation>
    </message>
    <message>
        <source>Content Credentials: partly made by an AI</source>
        <translation>内容凭证：部分由 AI 生成</translation>
    </message>
    <message>
        <source>{signer}, who is trusted, signed that parts are synthetic.</source>
        <translation>可信的 {signer} 签名声明其中有合成部分。</translation>
    </message>
    <message>
        <source>It is signed that parts are synthetic, by {signer}, whom no list here vouches for.</source>
        <translation>{signer} 签名声明其中有合成部分，但本机没有名单为其担保。</translation>
    </message>
    <message>
        <source>Content Credentials: taken with a camera</source>
        <translation>内容凭证：由相机拍摄</translation>
    </message>
    <message>
        <source>{signer}, who is trusted, signed that a camera took it.</source>
        <translation>可信的 {signer} 签名声明它由相机拍摄。</translation>
    </message>
    <message>
        <source>Content Credentials: changed after signing</source>
        <translation>内容凭证：签名后被改动</translation>
    </message>
    <message>
        <source>It is no longer what {signer} signed ({reason}).</source>
        <translation>它已不是 {signer} 签名时的内容（{reason}）。</translation>
    </message>
    <message>
        <source>Content Credentials: invalid</source>
        <translation>内容凭证：无效</translation>
    </message>
    <message>
        <source>They fail validation ({reason}), so they prove nothing.</source>
        <translation>未通过验证（{reason}），因此不能证明什么。</translation>
    </message>
    <message>
        <source>Content Credentials: unreadable</source>
        <translation>内容凭证：无法读取</translation>
    </message>
    <message>
        <source>They are damaged ({reason}) and prove nothing.</source>
        <translation>已损坏（{reason}），不能证明什么。</translation>
    </message>
    <message>
        <source>Hidden mark of a generator</source>
        <translation>生成器的隐藏标记</translation>
    </message>
    <message>
        <source>{matches} of {bits} hidden bits are those that the tools of {program} put in (chance of that in another picture: {p:.0e}).</source>
        <translation>{bits} 个隐藏位中有 {matches} 个与 {program} 的工具写入的相同（其他图片出现这种情况的概率：{p:.0e}）。</translation>
    </message>
    <message>
        <source>It was not compared with the original: only pictures and recordings can be.</source>
        <translation>没有与原件比较：只有图片和录音可以比较。</translation>
    </message>
    <message>
        <source>Your own mark</source>
        <translation>您自己的水印</translation>
    </message>
    <message>
        <source>It carries a mark of {identity} (chance of a false alarm: {p:.0e}).</source>
        <translation>它带有 {identity} 的水印（误报概率：{p:.0e}）。</translation>
    </message>
    <message>
        <source>Protected by you</source>
        <translation>由您保护</translation>
    </message>
    <message>
        <source>Cloakroom wrote this very file on this computer on {day}, from {original}. About that one it says nothing: check it as well.</source>
        <translation>这个文件正是 Cloakroom 于 {day} 在这台电脑上由 {original} 生成的。这不能说明那个原文件的真伪：请把它也检查一遍。</translation>
    </message>
    <message>
        <source>A face swap that Cloakroom rehearsed</source>
        <translation>Cloakroom 演练中生成的换脸</translation>
    </message>
    <message>
        <source>It carries the mark that Cloakroom hides in every face swap of its rehearsals (chance of a false alarm: {p:.0e}). The mark&apos;s key is public, so somebody could also have put it on another picture.</source>
        <translation>它带有 Cloakroom 在每次换脸演练的图片中藏入的标记（误报概率：{p:.0e}）。该标记的密钥是公开的，因此也可能有人把它加到了别的图片上。</translation>
    </message>
    <message>
        <source>A voice that Cloakroom cloned in a rehearsal</source>
        <translation>Cloakroom 在演练中克隆的声音</translation>
    </message>
    <message>
        <source>It carries the mark that Cloakroom draws into every clone of its rehearsals (chance of a false alarm: {p:.0e}). The mark&apos;s key is public.</source>
        <translation>它带有 Cloakroom 写入其演练中每个克隆声音的水印（误报几率：{p:.0e}）。该水印的密钥是公开的。</translation>
    </message>
    <message>
        <source>Perhaps a protective cloak</source>
        <translation>可能带有隐形防护</translation>
    </message>
    <message>
        <source>It looks as pictures do that are cloaked against AI. Our detector takes one of 100 ordinary photos for cloaked, and more of grainy and drawn pictures.</source>
        <translation>它看起来像加了 AI 隐形防护的图片。我们的检测器会把每 100 张普通照片中的 1 张误判为已防护，颗粒明显的照片和绘制的图片误判更多。</translation>
    </message>
    <message>
        <source>Taken with your camera</source>
        <translation>由您的相机拍摄</translation>
    </message>
    <message>
        <source>Its noise carries the fingerprint of {camera} (p = {p:.0e}).</source>
        <translation>其噪声带有 {camera} 的指纹（p = {p:.0e}）。</translation>
    </message>
    <message>
        <source>Your camera&apos;s fingerprint not found</source>
        <translation>未发现您相机的指纹</translation>
    </message>
    <message>
        <source>The fingerprint of {camera} was not found (p = {p:.2f}). Editing and strong compression remove it, so this says little.</source>
        <translation>没有发现 {camera} 的指纹（p = {p:.2f}）。编辑和强压缩会抹去指纹，所以这说明不了什么。</translation>
    </message>
    <message>
        <source>Data of a camera</source>
        <translation>相机数据</translation>
    </message>
    <message>
        <source>It names {camera} and its exposure. Such data can be forged.</source>
        <translation>其中写有 {camera} 及曝光参数。这类数据可以伪造。</translation>
    </message>
    <message>
        <source>Some data about the picture</source>
        <translation>一些图片数据</translation>
    </message>
    <message>
        <source>It has EXIF data, but not what a camera writes.</source>
        <translation>它有 EXIF 数据，但不是相机会写的内容。</translation>
    </message>
    <message>
        <source>EXIF data that does not fit</source>
        <translation>EXIF 数据不符</translation>
    </message>
    <message>
        <source>Its data contradicts the picture; cropping and editing do that too.</source>
        <translation>数据与图片不一致；裁剪和编辑也会造成这种情况。</translation>
    </message>
    <message>
        <source>Saved by an editor</source>
        <translation>由编辑软件保存</translation>
    </message>
    <message>
        <source>It was last saved with {program}.</source>
        <translation>最后由 {program} 保存。</translation>
    </message>
    <message>
        <source>The thumbnail fits</source>
        <translation>缩略图相符</translation>
    </message>
    <message>
        <source>The small picture inside shows the same (agreement {agreement}).</source>
        <translation>内嵌的小图内容相同（一致度 {agreement}）。</translation>
    </message>
    <message>
        <source>The thumbnail shows something else</source>
        <translation>缩略图内容不同</translation>
    </message>
    <message>
        <source>The small picture inside shows something else (agreement {agreement}): it was probably changed or cropped after it was taken.</source>
        <translation>内嵌的小图内容不同（一致度 {agreement}）：拍摄后很可能被改动或裁剪过。</translation>
    </message>
    <message>
        <source>JPEG tables of a program</source>
        <translation>软件的 JPEG 量化表</translation>
    </message>
    <message>
        <source>It was last saved by common software at quality {quality}.</source>
        <translation>最后由常见软件以质量 {quality} 保存。</translation>
    </message>
    <message>
        <source>JPEG tables of its own</source>
        <translation>自有的 JPEG 量化表</translation>
    </message>
    <message>
        <source>Its tables (about quality {quality}) are not those of common software: cameras, phones and some editors have their own.</source>
        <translation>其量化表（约质量 {quality}）不是常见软件的：相机、手机和一些编辑软件有自己的表。</translation>
    </message>
    <message>
        <source>Traces in the noise</source>
        <translation>噪声中的痕迹</translation>
    </message>
    <message>
        <source>Residual, spectrum, autocorrelation and saved-again error, to look at. A regular grid of points can come from a generator, and from JPEG and resizing too.</source>
        <translation>残差、频谱、自相关和再次保存误差，供查看。规则的点阵可能来自生成器，也可能来自 JPEG 和缩放。</translation>
    </message>
    <message>
        <source>Differs from the original</source>
        <translation>与原件不同</translation>
    </message>
    <message>
        <source>{share} % of the area differs from the original you gave, marked in red.</source>
        <translation>{share} % 的面积与您提供的原件不同，已用红色标出。</translation>
    </message>
    <message>
        <source>The same as the original</source>
        <translation>与原件相同</translation>
    </message>
    <message>
        <source>Apart from size, crop and compression nothing differs ({overlap} % of the original is in it).</source>
        <translation>除尺寸、裁剪和压缩外没有差别（包含原件的 {overlap} %）。</translation>
    </message>
    <message>
        <source>Not the original&apos;s picture</source>
        <translation>不是原件的画面</translation>
    </message>
    <message>
        <source>It could not be laid over the original you gave.</source>
        <translation>无法与您提供的原件对齐。</translation>
    </message>
    <message>
        <source>In {count:.0f} places it differs from the original you gave, {seconds:.1f} s in all. Elsewhere it is the same, re-encoded or not ({gain:+.0f} dB).</source>
        <translation>与您提供的原件有 {count:.0f} 处不同，共 {seconds:.1f} 秒；其余部分相同，是否重新编码过不影响比较（{gain:+.0f} dB）。</translation>
    </message>
    <message>
        <source>Nothing was cut out, put in or exchanged: it is the original, re-encoded or not ({gain:+.0f} dB; agreement {agreement:.0f} %, {overlap:.0f} % of the original is in it).</source>
        <translation>没有剪掉、添加或替换任何内容：它就是原件，可能重新编码过（{gain:+.0f} dB；吻合度 {agreement:.0f} %，包含原件的 {overlap:.0f} %）。</translation>
    </message>
    <message>
        <source>Not the original&apos;s recording</source>
        <translation>不是原件的录音</translation>
    </message>
    <message>
        <source>No piece of it could be laid over the original you gave. Another speed or pitch does that too, and so does a copy by a voice model.</source>
        <translation>没有任何一段能与您提供的原件对齐。变速、变调或由语音模型重新生成的副本也会这样。</translation>
    </message>
    <message>
        <source>{at}: {gone:.1f} s of the original are missing ({from_} to {to} there)</source>
        <translation>{at}：缺少原件的 {gone:.1f} 秒（原件中 {from_} 至 {to}）</translation>
    </message>
    <message>
        <source>{at} to {end}: not in the original</source>
        <translation>{at} 至 {end}：原件中没有</translation>
    </message>
    <message>
        <source>{at} to {end}: something else stands for {from_} to {to} of the original</source>
        <translation>{at} 至 {end}：与原件 {from_} 至 {to} 的内容不同，已被替换</translation>
    </message>
    <message>
        <source>{at}: it goes on with an earlier piece of the original (from {to} there)</source>
        <translation>{at}：接下来是原件中更早的一段（从 {to} 起）</translation>
    </message>
    <message>
        <source>Tags of the recording</source>
        <translation>录音的标签</translation>
    </message>
    <message>
        <source>What the file says of the program that wrote it.</source>
        <translation>文件中关于写入程序的信息。</translation>
    </message>
    <message>
        <source>Tags of the clip</source>
        <translation>视频的标签</translation>
    </message>
    <message>
        <source>What the file says of itself and the program that wrote it.</source>
        <translation>文件对自身以及写入程序的说明。</translation>
    </message>
    <message>
        <source>The sound ends at a cliff</source>
        <translation>声音频率突然截止</translation>
    </message>
    <message>
        <source>Nothing is heard above {top} kHz, though the file has {rate} kHz: it was narrower once. Telephones, codecs and speech models do that.</source>
        <translation>{top} kHz 以上没有声音，而文件采样率为 {rate} kHz：它曾经更窄。电话、编解码器和语音模型都会这样。</translation>
    </message>
    <message>
        <source>Absolute silence inside</source>
        <translation>中间有绝对静音</translation>
    </message>
    <message>
        <source>{count:.0f} pauses are exactly zero, which no microphone records: cut, gated or synthetic.</source>
        <translation>有 {count:.0f} 处停顿完全为零，麦克风录不出这样的声音：可能被剪切、门限处理或合成。</translation>
    </message>
    <message>
        <source>Jumps in the room tone</source>
        <translation>环境底噪突变</translation>
    </message>
    <message>
        <source>The background changes suddenly in {count:.0f} places: cuts, a gate, or a new room. Of 251 uncut recordings 1 showed such a jump; most cuts show none.</source>
        <translation>背景声在 {count:.0f} 处突然变化：剪接、噪声门或换了房间。251 段未剪接的录音中有 1 段出现这种突变；多数剪接处则没有。</translation>
    </message>
    <message>
        <source>Built-in picture detector</source>
        <translation>内置图片检测器</translation>
    </message>
    <message>
        <source>Built-in voice detector</source>
        <translation>内置语音检测器</translation>
    </message>
    <message>
        <source>Built-in picture detector, frame by frame</source>
        <translation>内置图片检测器，逐帧</translation>
    </message>
    <message>
        <source>Built-in picture detector, face by face</source>
        <translation>内置图片检测器（逐张人脸）</translation>
    </message>
    <message>
        <source>Community Forensics (downloaded)</source>
        <translation>Community Forensics（已下载）</translation>
    </message>
    <message>
        <source>Sieve (downloaded)</source>
        <translation>Sieve（已下载）</translation>
    </message>
    <message>
        <source>CLIP with GRIP&apos;s head (downloaded)</source>
        <translation>CLIP 加 GRIP 判别头（已下载）</translation>
    </message>
    <message>
        <source>XLS-R with a head of your own</source>
        <translation>XLS-R 加您自己的判别头</translation>
    </message>
    <message>
        <source>SDXL detector (downloaded)</source>
        <translation>SDXL 检测器（已下载）</translation>
    </message>
    <message>
        <source>CIFAKE detector (downloaded)</source>
        <translation>CIFAKE 检测器（已下载）</translation>
    </message>
    <message>
        <source>Wav2Vec2 detector (downloaded)</source>
        <translation>Wav2Vec2 检测器（已下载）</translation>
    </message>
    <message>
        <source>real photos</source>
        <translation>张真实照片</translation>
    </message>
    <message>
        <source>real photos as messengers send them</source>
        <translation>经聊天软件发送的真实照片</translation>
    </message>
    <message>
        <source>real speech recordings</source>
        <translation>段真实语音</translation>
    </message>
    <message>
        <source>real speech recordings at telephone quality</source>
        <translation>电话音质的真实语音录音</translation>
    </message>
    <message>
        <source>real photos (no clips were measured)</source>
        <translation>真实照片（未对视频做过测量）</translation>
    </message>
    <message>
        <source>real recordings (no clips were measured)</source>
        <translation>真实录音（未对视频做过测量）</translation>
    </message>
    <message>
        <source>real recordings at telephone quality (no clips were measured)</source>
        <translation>电话音质的真实录音（未对视频做过测量）</translation>
    </message>
    <message>
        <source>of your own photos</source>
        <translation>张您自己的照片</translation>
    </message>
    <message>
        <source>of your own recordings</source>
        <translation>段您自己的录音</translation>
    </message>
    <message>
        <source>As received</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>JPEG, quality 75</source>
        <translation>JPEG，质量 75</translation>
    </message>
    <message>
        <source>Three quarters the size</source>
        <translation>缩小到四分之三</translation>
    </message>
    <message>
        <source>Cropped</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>MP3, 64 kbit/s</source>
        <translation>MP3，64 kbit/s</translation>
    </message>
    <message>
        <source>Telephone, 8 kHz</source>
        <translation>电话，8 kHz</translation>
    </message>
    <message>
        <source>6 dB louder</source>
        <translation>增大 6 dB</translation>
    </message>
    <message>
        <source>6 dB softer</source>
        <translation>减小 6 dB</translation>
    </message>
    <message>
        <source>Only the first of its pictures was looked at.</source>
        <translation>只检查了其中的第一张图。</translation>
    </message>
    <message>
        <source>Its printing colours were converted first.</source>
        <translation>先转换了其印刷颜色。</translation>
    </message>
    <message>
        <source>Only the first ten minutes were looked at.</source>
        <translation>只检查了前十分钟。</translation>
    </message>
    <message>
        <source>Some samples are no numbers; they count as silence.</source>
        <translation>有些采样不是数字，按静音处理。</translation>
    </message>
    <message>
        <source>The sound track was not checked: that needs ffmpeg on this computer.</source>
        <translation>没有检查音轨：这需要本机安装 ffmpeg。</translation>
    </message>
    <message>
        <source>It has no sound track.</source>
        <translation>它没有音轨。</translation>
    </message>
    <message>
        <source>The file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Where the detector saw what</source>
        <translation>检测器在何处看到什么</translation>
    </message>
    <message>
        <source>Noise residual</source>
        <translation>噪声残差</translation>
    </message>
    <message>
        <source>Spectrum of the residual</source>
        <translation>残差频谱</translation>
    </message>
    <message>
        <source>Autocorrelation of the residual</source>
        <translation>残差自相关</translation>
    </message>
    <message>
        <source>Change when saved again</source>
        <translation>再次保存时的变化</translation>
    </message>
    <message>
        <source>JPEG ghost</source>
        <translation>JPEG 重影</translation>
    </message>
    <message>
        <source>Thumbnail inside the file</source>
        <translation>文件内的缩略图</translation>
    </message>
    <message>
        <source>Difference from the original</source>
        <translation>与原件的差别</translation>
    </message>
    <message>
        <source>What this cannot do: marks that only their makers can read (SynthID, for example) are not looked for, and a mark or label that is missing means nothing, since saving, resizing and screenshots remove them. Nothing was sent anywhere.</source>
        <translation>做不到的事：只有制作者能读取的标记（例如 SynthID）不在检查之列；没有标记或标识说明不了什么，因为保存、缩放和截图都会去掉它们。没有向任何地方发送任何内容。</translation>
    </message>
    <message>
        <source>Of 100 {data}, {rate} were wrongly above the line in our test (95 % interval {low} to {high}).</source>
        <translation>在我们的测试中，每 100 {data}有 {rate} 个被误判超过界线（95 % 区间 {low} 至 {high}）。</translation>
    </message>
    <message>
        <source>On generators it never saw, it ranks a fake above a real file {auc} times in 100.</source>
        <translation>对从未见过的生成器，它在 100 次中有 {auc} 次把假的排在真的之上。</translation>
    </message>
    <message>
        <source>On copies that our own models made of your files, it ranks a copy above a real file {auc} times in 100. Real generators may be easier or harder.</source>
        <translation>对于我们自己的模型由您的文件做出的复制品，它在 100 次中有 {auc} 次把复制品排在真实文件之上。真正的生成器可能更容易，也可能更难分辨。</translation>
    </message>
    <message>
        <source>It was measured on {files} of your files; to decide anything it needs 99.</source>
        <translation>它只用您的 {files} 个文件测量过；要参与判断需要 99 个。</translation>
    </message>
    <message>
        <source>Nobody knows how often it is wrong on files like yours, so it decides nothing. Add your own real files to measure it.</source>
        <translation>没有人知道它对您这类文件错得有多频繁，所以它不作任何判断。请添加您自己的真实文件来测量它。</translation>
    </message>
    <message>
        <source>A weak hint only: it decides nothing.</source>
        <translation>只是弱线索：不作为结论。</translation>
    </message>
    <message>
        <source>Measured on {files} of your files: {rate} % of them wrongly above the line, copies ranked above real files {auc} times in 100.</source>
        <translation>已用您的 {files} 个文件测量：其中 {rate} % 被误判为超过界线；100 次中有 {auc} 次把复制品排在真实文件之上。</translation>
    </message>
    <message>
        <source>Not measured on your files yet: it decides nothing.</source>
        <translation>尚未用您的文件测量：它不作任何判断。</translation>
    </message>
    <message>
        <source>Marks that only their makers can read</source>
        <translation>只有制作者才能读取的标记</translation>
    </message>
    <message>
        <source>Some companies hide a mark of their own in what their AI makes, and alone can read it. Their pages may know more. What you upload there leaves this computer.</source>
        <translation>有些公司会在自家 AI 生成的内容里藏入只有自己能读取的标记。它们的网页也许知道得更多。您上传到那里的内容会离开这台电脑。</translation>
    </message>
    <message>
        <source>The hidden mark of Google&apos;s pictures, clips and sounds, and of some others&apos;.</source>
        <translation>Google 的图片、视频和声音里的隐藏标记，也有其他公司使用。</translation>
    </message>
    <message>
        <source>Can find credentials again that were removed, where their signer kept a copy.</source>
        <translation>如果签署者保留了副本，可以找回被去掉的内容凭证。</translation>
    </message>
    <message>
        <source>Says whether a voice was made with its own service.</source>
        <translation>可判断一段声音是否由它自己的服务生成。</translation>
    </message>
</context>
<context>
    <name>CheckModel</name>
    <message>
        <source>AI</source>
        <translation>AI</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>被改动</translation>
    </message>
    <message>
        <source>No sign found</source>
        <translation>未发现迹象</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>The known original</source>
        <translation>已知的原件</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>图片 ({patterns})</translation>
    </message>
    <message>
        <source>Recordings ({patterns})</source>
        <translation>录音 ({patterns})</translation>
    </message>
    <message>
        <source>Save the statement</source>
        <translation>保存声明</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Is it fake? Drop it here</source>
        <translation>是假的吗？拖到这里</translation>
    </message>
    <message>
        <source>A picture, a voice message or a clip. Cloakroom looks for what the file says of its own making, for hidden marks and for traces, and says how sure that is. Nothing is sent anywhere.</source>
        <translation>图片、语音或视频。Cloakroom 会查看文件自述的来历、隐藏标记和痕迹，并说明把握有多大。不会向任何地方发送任何内容。</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Use the file itself, as it came: a screenshot has lost most of the evidence.</source>
        <translation>请使用收到的原文件：截图会丢失大部分证据。</translation>
    </message>
    <message>
        <source>Record a voice…</source>
        <translation>录一段声音…</translation>
    </message>
    <message>
        <source>My camera and my real files…</source>
        <translation>我的相机和我的真实文件…</translation>
    </message>
    <message>
        <source>Files to check</source>
        <translation>待检查的文件</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Drop files or folders anywhere</source>
        <translation>将文件或文件夹拖到任意位置</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>Compared with {file}</source>
        <translation>与 {file} 比较过</translation>
    </message>
    <message>
        <source>What was looked at</source>
        <translation>检查的内容</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位深</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>采样率</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>声道</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>再次检查</translation>
    </message>
    <message>
        <source>Compare with the original…</source>
        <translation>与原件比较…</translation>
    </message>
    <message>
        <source>All answers as a table</source>
        <translation>用表格显示所有结论</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Creator&apos;s statement…</source>
        <translation>创作者声明…</translation>
    </message>
    <message>
        <source>Record a voice…</source>
        <translation>录一段声音…</translation>
    </message>
    <message>
        <source>My camera and my real files…</source>
        <translation>我的相机和我的真实文件…</translation>
    </message>
    <message>
        <source>A report of only what speaks for the file: your mark, camera and credentials.</source>
        <translation>只列出对文件有利内容的报告：您的水印、相机和凭证。</translation>
    </message>
</context>
<context>
    <name>CheckResultView</name>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>CleanFigures</name>
    <message>
        <source>No colour moved by more than {bound} %.</source>
        <translation>任何颜色的变化都不超过 {bound} %。</translation>
    </message>
    <message>
        <source>How much of a hidden message is still right</source>
        <translation>隐藏消息还剩多少正确</translation>
    </message>
    <message>
        <source>cleaned</source>
        <translation>清理后</translation>
    </message>
    <message>
        <source>plain noise</source>
        <translation>普通噪声</translation>
    </message>
</context>
<context>
    <name>CleanTab</name>
    <message>
        <source>Clean again</source>
        <translation>重新清理</translation>
    </message>
    <message>
        <source>Clean {count} pictures</source>
        <translation>清理 {count} 张图片</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>清理</translation>
    </message>
    <message>
        <source>How much may change</source>
        <translation>允许的变化</translation>
    </message>
    <message>
        <source>2 %, hardly seen</source>
        <translation>2 %，几乎看不出</translation>
    </message>
    <message>
        <source>3 %, faint grain</source>
        <translation>3 %，轻微颗粒</translation>
    </message>
    <message>
        <source>5 %, visible grain</source>
        <translation>5 %，可见颗粒</translation>
    </message>
    <message>
        <source>Also against messages for AI models</source>
        <translation>同时对付写给 AI 模型的消息</translation>
    </message>
    <message>
        <source>This takes a minute or two for each picture.</source>
        <translation>每张图片需要一两分钟。</translation>
    </message>
    <message>
        <source>Advanced: hidden text</source>
        <translation>高级：隐藏文字</translation>
    </message>
    <message>
        <source>Drop a picture you received</source>
        <translation>将收到的图片拖到这里</translation>
    </message>
    <message>
        <source>Pictures can carry hidden messages. They are driven out of a copy that looks the same, and you see what is left of them.</source>
        <translation>图片可能带有隐藏的消息。Cloakroom 会在看起来一样的副本中清除它们，并告诉您还剩下多少。</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Your originals stay as they are.</source>
        <translation>您的原文件保持不变。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Drop files anywhere in this window.</source>
        <translation>可将文件拖放到此窗口的任意位置。</translation>
    </message>
</context>
<context>
    <name>Cli</name>
    <message>
        <source>There is no display to open a window on. The command line does the same: cloakroom --help</source>
        <translation>没有可显示窗口的屏幕。命令行功能相同：cloakroom --help</translation>
    </message>
    <message>
        <source>Protect photos against AI misuse, on your own computer. Without arguments, the window opens.</source>
        <translation>在自己的电脑上保护照片，防止被 AI 滥用。不带参数则打开窗口。</translation>
    </message>
    <message>
        <source>Cloak files.</source>
        <translation>保护文件。</translation>
    </message>
    <message>
        <source>Cloak pictures and write the results beside them.</source>
        <translation>保护图片，结果存在原图旁边。</translation>
    </message>
    <message>
        <source>Make recordings of a voice harder to clone.</source>
        <translation>使录音中的声音更难被克隆。</translation>
    </message>
    <message>
        <source>Compare files.</source>
        <translation>比较文件。</translation>
    </message>
    <message>
        <source>Compare a picture with its protected file.</source>
        <translation>比较图片和它的受保护文件。</translation>
    </message>
    <message>
        <source>Compare a recording with its protected file.</source>
        <translation>比较录音与其受保护文件。</translation>
    </message>
    <message>
        <source>Try what an attacker would.</source>
        <translation>尝试攻击者会做的事。</translation>
    </message>
    <message>
        <source>Attack a picture and its protected file.</source>
        <translation>攻击一张图片及其受保护的文件。</translation>
    </message>
    <message>
        <source>Clone the voice from both recordings.</source>
        <translation>分别用两个录音克隆声音。</translation>
    </message>
    <message>
        <source>Enrolled voices and ambiences.</source>
        <translation>已录入的声音与环境声。</translation>
    </message>
    <message>
        <source>Learn a voice from its recordings.</source>
        <translation>从录音中学习一个声音。</translation>
    </message>
    <message>
        <source>List the enrolled voices.</source>
        <translation>列出已录入的声音。</translation>
    </message>
    <message>
        <source>List the ambiences.</source>
        <translation>列出环境声。</translation>
    </message>
    <message>
        <source>List what there is to compute on.</source>
        <translation>列出可用的计算设备。</translation>
    </message>
    <message>
        <source>Look for evidence that files are fake.</source>
        <translation>查找文件造假的证据。</translation>
    </message>
    <message>
        <source>Measure downloaded detectors on your own real files.</source>
        <translation>用您自己的真实文件测量已下载的检测器。</translation>
    </message>
    <message>
        <source>The fingerprints of your own cameras.</source>
        <translation>您自己相机的指纹。</translation>
    </message>
    <message>
        <source>Learn a camera&apos;s fingerprint from ten photos.</source>
        <translation>用十张照片学习相机的指纹。</translation>
    </message>
    <message>
        <source>The identities that marks are made with.</source>
        <translation>用于加水印的身份。</translation>
    </message>
    <message>
        <source>Create an identity.</source>
        <translation>创建身份。</translation>
    </message>
    <message>
        <source>List the identities.</source>
        <translation>列出身份。</translation>
    </message>
    <message>
        <source>Back up an identity.</source>
        <translation>备份身份。</translation>
    </message>
    <message>
        <source>Restore an identity from a backup.</source>
        <translation>从备份恢复身份。</translation>
    </message>
    <message>
        <source>Give an identity a new key; old marks stay.</source>
        <translation>给身份换新密钥，原有水印不变。</translation>
    </message>
    <message>
        <source>Forget an identity and its keys.</source>
        <translation>删除身份及其密钥。</translation>
    </message>
    <message>
        <source>Mark files as yours.</source>
        <translation>给文件加水印。</translation>
    </message>
    <message>
        <source>Edit pictures by an instruction, marked as yours.</source>
        <translation>按指令编辑图片，并带上您的水印。</translation>
    </message>
    <message>
        <source>Look for your marks in files.</source>
        <translation>在文件中查找您的水印。</translation>
    </message>
    <message>
        <source>The registry of what you marked.</source>
        <translation>您加过水印的作品登记簿。</translation>
    </message>
    <message>
        <source>List or search the marked works.</source>
        <translation>列出或搜索加过水印的作品。</translation>
    </message>
    <message>
        <source>Save the list as a table or a page.</source>
        <translation>将列表保存为表格或网页。</translation>
    </message>
    <message>
        <source>Content Credentials (C2PA) of files.</source>
        <translation>文件的内容凭证（C2PA）。</translation>
    </message>
    <message>
        <source>Show what a file&apos;s credentials say.</source>
        <translation>显示文件内容凭证的内容。</translation>
    </message>
    <message>
        <source>Copy files with credentials of your own.</source>
        <translation>复制文件并加上您自己的内容凭证。</translation>
    </message>
    <message>
        <source>Neutralise what may be hidden in a received picture.</source>
        <translation>清除收到的图片中可能隐藏的信息。</translation>
    </message>
    <message>
        <source>Research: hide a text in an edit of a picture.</source>
        <translation>研究功能：在图片的编辑结果中隐藏文字。</translation>
    </message>
    <message>
        <source>Research: read a text that was hidden with your key.</source>
        <translation>研究功能：读取用您的密钥隐藏的文字。</translation>
    </message>
    <message>
        <source>Show the version.</source>
        <translation>显示版本。</translation>
    </message>
    <message>
        <source>Files, or folders of pictures.</source>
        <translation>文件，或图片文件夹。</translation>
    </message>
    <message>
        <source>Pictures, recordings, clips, or folders of them.</source>
        <translation>图片、录音、视频，或它们的文件夹。</translation>
    </message>
    <message>
        <source>A known original to compare with.</source>
        <translation>用于比较的已知原件。</translation>
    </message>
    <message>
        <source>Test whether the answer survives small changes of the file.</source>
        <translation>测试文件稍作改动后结论是否不变。</translation>
    </message>
    <message>
        <source>{count} of your own files</source>
        <translation>您自己的 {count} 个文件</translation>
    </message>
    <message>
        <source>Real photos or recordings of your own, or their folders.</source>
        <translation>您自己的真实照片或录音，或它们所在的文件夹。</translation>
    </message>
    <message>
        <source>Print results as JSON.</source>
        <translation>以 JSON 输出结果。</translation>
    </message>
    <message>
        <source>{file} exists already; nothing is overwritten.</source>
        <translation>{file} 已存在；不会覆盖任何文件。</translation>
    </message>
    <message>
        <source>Write a report: one HTML file, or PDF by its ending.</source>
        <translation>写一份报告：单个 HTML 文件，或按扩展名写成 PDF。</translation>
    </message>
    <message>
        <source>What to call the camera.</source>
        <translation>相机的名称。</translation>
    </message>
    <message>
        <source>At least ten untouched photos of it, or their folder.</source>
        <translation>至少十张它拍的未经处理的照片，或它们的文件夹。</translation>
    </message>
    <message>
        <source>Learnt the fingerprint of {name} from {shots} photos.</source>
        <translation>已从 {shots} 张照片学到 {name} 的指纹。</translation>
    </message>
    <message>
        <source>Who signs; see: identity list.</source>
        <translation>签名者，见：identity list。</translation>
    </message>
    <message>
        <source>Leave out the do-not-train statement.</source>
        <translation>不加“禁止训练”声明。</translation>
    </message>
    <message>
        <source>{free:.1f} of {total:.1f} GB free</source>
        <translation>{total:.1f} GB 中可用 {free:.1f} GB</translation>
    </message>
    <message>
        <source>{value} is not one of: {choices}.</source>
        <translation>{value} 不在可选范围内：{choices}。</translation>
    </message>
    <message>
        <source>{value} is no device. Choose auto, cpu, cuda:N or mps.</source>
        <translation>{value} 不是设备。可选 auto、cpu、cuda:N 或 mps。</translation>
    </message>
    <message>
        <source>The budget must be above 0 and at most 1, for example 0.03.</source>
        <translation>改动上限必须大于 0 且不超过 1，例如 0.03。</translation>
    </message>
    <message>
        <source>{value} is no box. Write it as 0.2,0.1,0.5,0.6: left, top, right, bottom.</source>
        <translation>{value} 不是有效的框。请写成 0.2,0.1,0.5,0.6：左、上、右、下。</translation>
    </message>
    <message>
        <source>{file} does not exist.</source>
        <translation>{file} 不存在。</translation>
    </message>
    <message>
        <source>{file} is one file, but there are {count} files. Give a folder instead.</source>
        <translation>{file} 是一个文件，但输入有 {count} 个文件。请改为指定文件夹。</translation>
    </message>
    <message>
        <source>Pictures, or folders of pictures.</source>
        <translation>图片，或图片文件夹。</translation>
    </message>
    <message>
        <source>What to do, such as: make it night</source>
        <translation>要做什么，例如：make it night</translation>
    </message>
    <message>
        <source>What to protect against. May be given several times.</source>
        <translation>防范什么，可多次指定。</translation>
    </message>
    <message>
        <source>Pictures, recordings, or folders of pictures.</source>
        <translation>图片、录音，或图片文件夹。</translation>
    </message>
    <message>
        <source>Whose mark; see: cloakroom identity list.</source>
        <translation>谁的水印，见：cloakroom identity list。</translation>
    </message>
    <message>
        <source>The kind of watermark.</source>
        <translation>水印种类。</translation>
    </message>
    <message>
        <source>How much the file may change.</source>
        <translation>文件允许改动的程度。</translation>
    </message>
    <message>
        <source>64 bits of your own. Without it, a new mark id.</source>
        <translation>自定的 64 位内容；不指定则使用新的水印编号。</translation>
    </message>
    <message>
        <source>Add Content Credentials that point to the mark.</source>
        <translation>加上指向水印的内容凭证。</translation>
    </message>
    <message>
        <source>Strengthen a picture&apos;s mark until it survives these, as far as the strength allows.</source>
        <translation>在强度允许的范围内加强图片的水印，直到它能经受住这些处理。</translation>
    </message>
    <message>
        <source>The autoencoder of phasemark; see: cloakroom models list.</source>
        <translation>phasemark 使用的自编码器；参见：cloakroom models list。</translation>
    </message>
    <message>
        <source>Where the results go. Without it, beside the originals.</source>
        <translation>结果的位置；不指定则存在原文件旁边。</translation>
    </message>
    <message>
        <source>{file} -&gt; {output}
  mark {payload}, {psnr:.1f} dB</source>
        <translation>{file} -&gt; {output}
  水印编号 {payload}，{psnr:.1f} dB</translation>
    </message>
    <message>
        <source>Largest change of a sample, 0 to 1. Overrides the strength.</source>
        <translation>每个采样值的最大改动，0 到 1，优先于强度。</translation>
    </message>
    <message>
        <source>Same seed, same result.</source>
        <translation>种子相同，结果就相同。</translation>
    </message>
    <message>
        <source>What to compute on; see: cloakroom devices.</source>
        <translation>计算设备，见：cloakroom devices。</translation>
    </message>
    <message>
        <source>A picture, white where the cloak may go.</source>
        <translation>蒙版图片，白色处允许加保护。</translation>
    </message>
    <message>
        <source>A face against face swapping, in shares of the picture: 0.2,0.1,0.5,0.6. May be given several times. Without it, faces are found.</source>
        <translation>要防止换脸的一张人脸，用占图片的比例表示：0.2,0.1,0.5,0.6。可多次给出。不给出时自动查找人脸。</translation>
    </message>
    <message>
        <source>Remove where it was taken from the result.</source>
        <translation>从结果中移除拍摄地点。</translation>
    </message>
    <message>
        <source>Work at the picture&apos;s own size, tile by tile. Slow.</source>
        <translation>按图片原始尺寸分块处理，较慢。</translation>
    </message>
    <message>
        <source>Save the receipt; of several pictures, a list of receipts.</source>
        <translation>保存回执；多张图片则保存回执列表。</translation>
    </message>
    <message>
        <source>{file} is a folder; give the name of a file.</source>
        <translation>{file} 是文件夹，请给出文件名。</translation>
    </message>
    <message>
        <source>The original picture.</source>
        <translation>原图。</translation>
    </message>
    <message>
        <source>Its protected file.</source>
        <translation>它的受保护文件。</translation>
    </message>
    <message>
        <source>PSNR {psnr:.1f} dB, SSIM {ssim:.3f}, GMSD {gmsd:.3f}, largest change {delta:.4f}; latent shift {shift:.2f} (equal noise: white {white:.2f}, soft {soft:.2f})</source>
        <translation>PSNR {psnr:.1f} dB，SSIM {ssim:.3f}，GMSD {gmsd:.3f}，最大改动 {delta:.4f}；潜空间偏移 {shift:.2f}（同等噪点：白噪点 {white:.2f}，柔和噪点 {soft:.2f}）</translation>
    </message>
    <message>
        <source>a face recogniser finds the faces {likeness:.2f} alike (equal noise: white {white:.2f}, blocks {blocks:.2f}; 1 is the same)</source>
        <translation>人脸识别模型认为处理前后的人脸相似度为 {likeness:.2f}（等强度噪声：白噪声 {white:.2f}，块状 {blocks:.2f}；1 表示相同）</translation>
    </message>
    <message>
        <source>Stopping...</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Back it up now: cloakroom identity export {name}</source>
        <translation>请立即备份：cloakroom identity export {name}</translation>
    </message>
    <message>
        <source>{name}  key {key}  since {date}, kept in: {place}</source>
        <translation>{name}  密钥 {key}  自 {date} 起，存放于：{place}</translation>
    </message>
    <message>
        <source>keychain</source>
        <translation>钥匙串</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>An encrypted file. Without it, the backup phrase is printed.</source>
        <translation>加密文件；不指定则显示备份短语。</translation>
    </message>
    <message>
        <source>{file} exists already.</source>
        <translation>{file} 已存在。</translation>
    </message>
    <message>
        <source>A backup file. Without it, the backup phrase is asked for.</source>
        <translation>备份文件；不指定则要求输入备份短语。</translation>
    </message>
    <message>
        <source>Passphrase of the backup file</source>
        <translation>备份文件的口令</translation>
    </message>
    <message>
        <source>Backup phrase (18 words)</source>
        <translation>备份短语（18 个词）</translation>
    </message>
    <message>
        <source>Do not ask for confirmation.</source>
        <translation>不再确认。</translation>
    </message>
    <message>
        <source>Without a backup, marks of {name} can never be verified. Remove?</source>
        <translation>没有备份，{name} 的水印将永远无法验证。要删除吗？</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Choose a passphrase</source>
        <translation>设置口令</translation>
    </message>
    <message>
        <source>{name}  key {key}</source>
        <translation>{name}  密钥 {key}</translation>
    </message>
    <message>
        <source>Whose marks to try. All without it.</source>
        <translation>查找谁的水印；不指定则查找全部。</translation>
    </message>
    <message>
        <source>Save a report on all files, with thumbnails, and sign it: one HTML file, or PDF by its ending.</source>
        <translation>保存关于所有文件的报告（含缩略图）并签名：单个 HTML 文件，或按扩展名写成 PDF。</translation>
    </message>
    <message>
        <source>On its way: {changes}</source>
        <translation>经历的变化：{changes}</translation>
    </message>
    <message>
        <source>Who signs the report. Without it, whose mark was found first.</source>
        <translation>由谁签署报告。不填则为最先找到其水印的身份。</translation>
    </message>
    <message>
        <source>Largest change of a sample, 0 to 1.</source>
        <translation>每个采样值的最大改动，0 到 1。</translation>
    </message>
    <message>
        <source>Leave out what disturbs AI models that read messages; takes seconds.</source>
        <translation>略去针对读取消息的 AI 模型的干扰；只需数秒。</translation>
    </message>
    <message>
        <source>{file} -&gt; {output}
  {psnr:.1f} dB, largest change {bound:.3f}</source>
        <translation>{file} -&gt; {output}
  {psnr:.1f} dB，最大改动 {bound:.3f}</translation>
    </message>
    <message>
        <source>Where models are kept, if not as set.</source>
        <translation>模型的存放位置，不指定则按设置。</translation>
    </message>
    <message>
        <source>Names from the list of models.</source>
        <translation>模型列表中的名称。</translation>
    </message>
    <message>
        <source>You agree to the model&apos;s licence.</source>
        <translation>同意模型的许可。</translation>
    </message>
    <message>
        <source>Only those that suit this computer.</source>
        <translation>只列出适合这台电脑的模型。</translation>
    </message>
    <message>
        <source>A name from the list of models.</source>
        <translation>模型列表中的一个名称。</translation>
    </message>
    <message>
        <source>Address of a mirror of the model hub.</source>
        <translation>模型网站的镜像地址。</translation>
    </message>
    <message>
        <source>A folder or a weight file.</source>
        <translation>文件夹或权重文件。</translation>
    </message>
    <message>
        <source>Which model it is, if in doubt.</source>
        <translation>有疑问时，指明是哪个模型。</translation>
    </message>
    <message>
        <source>Leave the files where they are.</source>
        <translation>文件留在原处。</translation>
    </message>
    <message>
        <source>Published models.</source>
        <translation>公开发布的模型。</translation>
    </message>
    <message>
        <source>List the models and their state.</source>
        <translation>列出模型及其状态。</translation>
    </message>
    <message>
        <source>Tell all about one model.</source>
        <translation>显示一个模型的全部信息。</translation>
    </message>
    <message>
        <source>Download or repair models.</source>
        <translation>下载或修复模型。</translation>
    </message>
    <message>
        <source>Check the files of models.</source>
        <translation>检查模型文件。</translation>
    </message>
    <message>
        <source>Use files you have.</source>
        <translation>使用已有的文件。</translation>
    </message>
    <message>
        <source>Delete models.</source>
        <translation>删除模型。</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>未下载</translation>
    </message>
    <message>
        <source>not complete</source>
        <translation>不完整</translation>
    </message>
    <message>
        <source>here</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>State: {state}</source>
        <translation>状态：{state}</translation>
    </message>
    <message>
        <source>Size: {size:.0f} MB, memory: {memory:.0f} MB</source>
        <translation>大小：{size:.0f} MB，内存：{memory:.0f} MB</translation>
    </message>
    <message>
        <source>From: {repo}, version {revision}</source>
        <translation>来源：{repo}，版本 {revision}</translation>
    </message>
    <message>
        <source>Licence: {licence} ({url})</source>
        <translation>许可：{licence}（{url}）</translation>
    </message>
    <message>
        <source>Needs: {ids}</source>
        <translation>需要：{ids}</translation>
    </message>
    <message>
        <source>Not confirmed: {facts}</source>
        <translation>未经核实：{facts}</translation>
    </message>
    <message>
        <source>What the attacker does. May be given several times.</source>
        <translation>攻击者做什么。可多次指定。</translation>
    </message>
    <message>
        <source>What the AI editor is told, in English.</source>
        <translation>给 AI 编辑模型的指令（英文）。</translation>
    </message>
    <message>
        <source>The picture that a face is swapped into.</source>
        <translation>要把脸换进去的图片。</translation>
    </message>
    <message>
        <source>Without --target: the drawn portrait a face is swapped into.</source>
        <translation>未给出 --target 时：把脸换到哪张手绘肖像上。</translation>
    </message>
    <message>
        <source>Confirm that the face is yours, or that whose face it is has agreed. Without it no face is swapped.</source>
        <translation>确认这是您本人的脸，或已得到本人同意。没有此确认就不会换脸。</translation>
    </message>
    <message>
        <source>Try what takes long as well. Minutes to an hour.</source>
        <translation>也尝试耗时较长的方法，需要几分钟到一小时。</translation>
    </message>
    <message>
        <source>Save a contact sheet (PNG) and a page (HTML) there.</source>
        <translation>把对照图（PNG）和网页（HTML）存到这里。</translation>
    </message>
    <message>
        <source>{file} is not a folder.</source>
        <translation>{file} 不是文件夹。</translation>
    </message>
    <message>
        <source>yours and, as control, {control}</source>
        <translation>您的文件，对照为{control}</translation>
    </message>
    <message>
        <source>worst case</source>
        <translation>最坏情况</translation>
    </message>
    <message>
        <source>left out: {names}</source>
        <translation>未测试：{names}</translation>
    </message>
    <message>
        <source>Recordings, or folders of recordings.</source>
        <translation>录音，或包含录音的文件夹。</translation>
    </message>
    <message>
        <source>How to protect. May be given several times.</source>
        <translation>保护方式。可多次指定。</translation>
    </message>
    <message>
        <source>Fast, or with a search of its own for every piece.</source>
        <translation>快速，或为每一段单独搜索。</translation>
    </message>
    <message>
        <source>An enrolled voice; see: cloakroom voice enrol.</source>
        <translation>已录入的声音；见 cloakroom voice enrol。</translation>
    </message>
    <message>
        <source>An ambience; see: cloakroom voice scenes.</source>
        <translation>环境声；见 cloakroom voice scenes。</translation>
    </message>
    <message>
        <source>The original recording.</source>
        <translation>原始录音。</translation>
    </message>
    <message>
        <source>Keep what the clones say, as WAV.</source>
        <translation>将克隆语音保存为 WAV。</translation>
    </message>
    <message>
        <source>Also try what survives compression and cleaning.</source>
        <translation>同时测试压缩和清理后还剩多少。</translation>
    </message>
    <message>
        <source>{cloner}: the clone is {protected:.2f} like the voice, from the original {original:.2f} (equal noise: white {white:.2f}, like speech {speech:.2f}; before cloning {disguised:.2f})</source>
        <translation>{cloner}：克隆与本人声音的相似度为 {protected:.2f}，由原文件克隆为 {original:.2f}（等能量噪声：白噪声 {white:.2f}，语音谱噪声 {speech:.2f}；克隆前 {disguised:.2f}）</translation>
    </message>
    <message>
        <source>Recordings of one voice, one or two minutes in all.</source>
        <translation>同一人的录音，共一至两分钟。</translation>
    </message>
    <message>
        <source>What to call the voice.</source>
        <translation>为这个声音取的名称。</translation>
    </message>
    <message>
        <source>{name}: learnt from {seconds:.0f} s; similarity falls by {drop:.2f} (equal noise: {control:.2f})</source>
        <translation>{name}：用 {seconds:.0f} 秒语音学得；相似度下降 {drop:.2f}（等能量噪声：{control:.2f}）</translation>
    </message>
    <message>
        <source>{snr:.1f} dB below the speech, STOI {stoi:.3f}, loudness {loudness:+.2f} LU; similarity {similarity:.2f}, original {original:.2f} (equal noise: white {white:.2f}, like speech {speech:.2f})</source>
        <translation>比语音低 {snr:.1f} dB，STOI {stoi:.3f}，响度 {loudness:+.2f} LU；相似度 {similarity:.2f}，原文件 {original:.2f}（等能量噪声：白噪声 {white:.2f}，语音谱噪声 {speech:.2f}）</translation>
    </message>
    <message>
        <source>Only works with this in title, identity, mark id or file.</source>
        <translation>仅限标题、身份、水印编号或文件名中含有此内容的作品。</translation>
    </message>
    <message>
        <source>Where to: a table, or a page with thumbnails.</source>
        <translation>保存位置：表格，或带缩略图的网页。</translation>
    </message>
    <message>
        <source>Report on watermarks</source>
        <translation>水印报告</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Looked for</source>
        <translation>查找的身份</translation>
    </message>
    <message>
        <source>Mark of</source>
        <translation>水印属于</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>作品</translation>
    </message>
    <message>
        <source>not in this registry</source>
        <translation>不在此登记簿中</translation>
    </message>
    <message>
        <source>Marked</source>
        <translation>加水印时间</translation>
    </message>
    <message>
        <source>Mark id</source>
        <translation>水印编号</translation>
    </message>
    <message>
        <source>Kind of mark</source>
        <translation>水印类型</translation>
    </message>
    <message>
        <source>The mark id was made with the key of {identity}.</source>
        <translation>水印编号由 {identity} 的密钥生成。</translation>
    </message>
    <message>
        <source>Issued</source>
        <translation>签发</translation>
    </message>
    <message>
        <source>Made for it</source>
        <translation>是否为此制作</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>经历的变化</translation>
    </message>
    <message>
        <source>The mark is not found in {share:.0f} % of it.</source>
        <translation>其中 {share:.0f}% 的部分找不到水印。</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>被改动</translation>
    </message>
    <message>
        <source>Untouched</source>
        <translation>是否原样</translation>
    </message>
    <message>
        <source>{p:.2g} for the best match, corrected for all {trials:.0f} comparisons tried</source>
        <translation>最佳匹配为 {p:.2g}，已按全部 {trials:.0f} 次比较校正</translation>
    </message>
    <message>
        <source>Chance of a false alarm</source>
        <translation>误报概率</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>凭证</translation>
    </message>
    <message>
        <source>Written on {time} by Cloakroom {version} for {signer}.</source>
        <translation>由 Cloakroom {version} 于 {time} 为 {signer} 撰写。</translation>
    </message>
    <message>
        <source>A mark counts as found when an unmarked file would look like this once in a million searches at most. A mark that is not found proves nothing: it may have been destroyed.</source>
        <translation>只有当一个没有水印的文件在一百万次查找中至多出现一次这种结果时，才算找到水印。没有找到水印不能证明任何事：它可能已被破坏。</translation>
    </message>
    <message>
        <source>The signature of this report is inside the file. To check it: cloakroom credentials show REPORT.pdf</source>
        <translation>本报告的签名就在文件内。检查方法：cloakroom credentials show REPORT.pdf</translation>
    </message>
    <message>
        <source>The signature of this report lies beside it, in the file of the same name that ends in .c2pa. To check it: cloakroom credentials show REPORT.html</source>
        <translation>本报告的签名在其旁边同名、以 .c2pa 结尾的文件中。检查方法：cloakroom credentials show REPORT.html</translation>
    </message>
    <message>
        <source>What to hide.</source>
        <translation>要隐藏的内容。</translation>
    </message>
    <message>
        <source>{file} -&gt; {output}
  read back: {read}; {divergence:.4f} nats a number of noise away from an ordinary picture</source>
        <translation>{file} -&gt; {output}
  读回：{read}；每个噪声数与普通图片相差 {divergence:.4f} 奈特</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Whose keys to try. All without it.</source>
        <translation>尝试谁的密钥。省略则尝试全部。</translation>
    </message>
    <message>
        <source>no text found (does not mean that there is none)</source>
        <translation>未找到文字（不代表没有）</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>There is no preview for this kind of file.
It can still be protected.</source>
        <translation>这种文件无法预览，
但仍然可以保护。</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>已保护</translation>
    </message>
    <message>
        <source>Marked</source>
        <translation>已加水印</translation>
    </message>
    <message>
        <source>Cleaned</source>
        <translation>已清理</translation>
    </message>
    <message>
        <source>Difference ×10</source>
        <translation>差异 ×10</translation>
    </message>
    <message>
        <source>AI sees of the original</source>
        <translation>AI 看到的原图</translation>
    </message>
    <message>
        <source>AI sees of yours</source>
        <translation>AI 看到的受保护图</translation>
    </message>
    <message>
        <source>Zoom {percent} %</source>
        <translation>缩放 {percent} %</translation>
    </message>
    <message>
        <source>{left} at the left, {right} at the right, divider at {percent} %</source>
        <translation>左侧为{left}，右侧为{right}，分隔线在 {percent} %</translation>
    </message>
    <message>
        <source>Painting where the cloak may go</source>
        <translation>正在涂出允许加保护的区域</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>ComputeSettings</name>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>About {time} to protect a photo of 512 × 512 pixels. Measured on {device}.</source>
        <translation>保护一张 512 × 512 像素的照片约需 {time}。在 {device} 上测得。</translation>
    </message>
    <message>
        <source>Not measured on this device yet.</source>
        <translation>尚未在此设备上测量。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Full (float32)</source>
        <translation>全精度（float32）</translation>
    </message>
    <message>
        <source>Half (bfloat16)</source>
        <translation>半精度（bfloat16）</translation>
    </message>
    <message>
        <source>Half (float16)</source>
        <translation>半精度（float16）</translation>
    </message>
    <message>
        <source>{name}, not on this device</source>
        <translation>{name}，此设备不支持</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Of downloaded models. Half takes half the memory and is faster on a graphics card.</source>
        <translation>用于下载的模型。半精度只占一半内存，在显卡上更快。</translation>
    </message>
    <message>
        <source>Unload models after {time} without work</source>
        <translation>空闲 {time}后卸载模型</translation>
    </message>
    <message>
        <source>Keep models until the program ends</source>
        <translation>保留模型直到程序结束</translation>
    </message>
    <message>
        <source>Measure now</source>
        <translation>立即测量</translation>
    </message>
    <message>
        <source>Free memory now</source>
        <translation>立即释放内存</translation>
    </message>
    <message>
        <source>Drops the loaded models; they are loaded again when needed</source>
        <translation>卸载已加载的模型；需要时会重新加载</translation>
    </message>
    <message>
        <source>Measure the speed of this device now</source>
        <translation>立即测量此设备的速度</translation>
    </message>
    <message>
        <source>Precision of downloaded models</source>
        <translation>下载的模型的精度</translation>
    </message>
    <message>
        <source>When models leave memory</source>
        <translation>何时卸载模型</translation>
    </message>
</context>
<context>
    <name>ConsentDialog</name>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>Do you agree to this licence?</source>
        <translation>您同意这份许可吗？</translation>
    </message>
    <message>
        <source>Your agreement is recorded on this computer only.</source>
        <translation>您的同意只记录在这台电脑上。</translation>
    </message>
    <message>
        <source>I agree</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Its publisher also wants you to agree on their site, and to store an access token here with the command hf auth login.</source>
        <translation>发布方还要求您在其网站上同意条款，并用命令 hf auth login 在这里存入访问令牌。</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>阅读许可</translation>
    </message>
</context>
<context>
    <name>CrashOffer</name>
    <message>
        <source>Cloakroom had an error last time.</source>
        <translation>Cloakroom 上次运行出错。</translation>
    </message>
    <message>
        <source>There is a report of where in the program it happened. It contains no pictures and is not sent anywhere. You can save it and attach it to a bug report.</source>
        <translation>有一份报告记录了程序出错的位置。报告里没有图片，也不会发送到任何地方。您可以保存它，附在问题反馈中。</translation>
    </message>
    <message>
        <source>Save report...</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>The report cannot be saved there. Choose another folder.</source>
        <translation>报告无法保存到那里，请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>DeviceChoice</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to add</source>
        <translation>松开即可添加</translation>
    </message>
</context>
<context>
    <name>DropZone</name>
    <message>
        <source>Try it on a sample</source>
        <translation>用示例试一试</translation>
    </message>
    <message>
        <source>Recent…</source>
        <translation>最近的文件…</translation>
    </message>
</context>
<context>
    <name>Elsewhere</name>
    <message>
        <source>Or do you want to…</source>
        <translation>或者，您想…</translation>
    </message>
    <message>
        <source>protect a voice</source>
        <translation>保护声音</translation>
    </message>
    <message>
        <source>mark what is yours</source>
        <translation>给自己的作品加水印</translation>
    </message>
    <message>
        <source>check whether something is fake</source>
        <translation>检查是否伪造</translation>
    </message>
</context>
<context>
    <name>EnrolDialog</name>
    <message>
        <source>Learn my voice</source>
        <translation>学习我的声音</translation>
    </message>
    <message>
        <source>My voice</source>
        <translation>我的声音</translation>
    </message>
    <message>
        <source>One or two minutes of your own speech are enough. What is learnt stays on this computer and makes each later recording of you quicker to protect.</source>
        <translation>一两分钟您自己的讲话就够了。学到的内容只留在这台电脑上，以后保护您的每段录音都会更快。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Text to read aloud</source>
        <translation>要朗读的文字</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Use recordings I have…</source>
        <translation>使用已有的录音…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Learn this voice</source>
        <translation>学习这个声音</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Ready to learn from: {files}</source>
        <translation>准备学习：{files}</translation>
    </message>
    <message>
        <source>Press Record and read the text above in your usual way of speaking.</source>
        <translation>按“录音”，用平常说话的方式朗读上面的文字。</translation>
    </message>
    <message>
        <source>Too loud: move back a little.</source>
        <translation>声音太大：请离远一点。</translation>
    </message>
    <message>
        <source>Very quiet: come closer to the microphone.</source>
        <translation>声音很小：请靠近麦克风。</translation>
    </message>
    <message>
        <source>Read on; {time} more are needed.</source>
        <translation>请继续读，还需要 {time}。</translation>
    </message>
    <message>
        <source>That is enough. Stop whenever you like.</source>
        <translation>已经够了，可以随时停止。</translation>
    </message>
    <message>
        <source>Recordings of one voice</source>
        <translation>同一个声音的录音</translation>
    </message>
    <message>
        <source>Recordings ({patterns})</source>
        <translation>录音 ({patterns})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>FaceRehearsal</name>
    <message>
        <source>Choose the picture that the face is put into</source>
        <translation>选择要把脸换到哪张图片上</translation>
    </message>
    <message>
        <source>{attack}: {verdict}.</source>
        <translation>{attack}：{verdict}。</translation>
    </message>
    <message>
        <source>From the original</source>
        <translation>来自原图</translation>
    </message>
    <message>
        <source>From yours</source>
        <translation>来自您的图片</translation>
    </message>
    <message>
        <source>See what a face swapper gets</source>
        <translation>看看换脸者能得到什么</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择图片…</translation>
    </message>
    <message>
        <source>The picture that the face is put into</source>
        <translation>要把脸换到哪张图片上</translation>
    </message>
    <message>
        <source>It is my face, or I have consent</source>
        <translation>这是我的脸，或已获本人同意</translation>
    </message>
    <message>
        <source>This is my face, or the person whose face it is has agreed to this test</source>
        <translation>这是我本人的脸，或脸的主人已同意进行此测试</translation>
    </message>
    <message>
        <source>Try a face swap</source>
        <translation>试一次换脸</translation>
    </message>
    <message>
        <source>Try what a face swapper gets from this photo</source>
        <translation>试试换脸者能从这张照片得到什么</translation>
    </message>
    <message>
        <source>The face is put into another picture, from the original and from yours, by a model that the protection was not made with. What you see is small, labelled, carries a hidden mark and is not saved.</source>
        <translation>由一个未参与保护的模型，分别用原图和您的图片把这张脸换到另一张图片中。您看到的图片很小、带有标注、藏有隐形标记，并且不会保存。</translation>
    </message>
    <message>
        <source>Try everything</source>
        <translation>全部尝试</translation>
    </message>
    <message>
        <source>Also what takes long: several minutes</source>
        <translation>也包括耗时较长的方法，需要几分钟</translation>
    </message>
    <message>
        <source>Try the face swap after everything that could wash the protection out</source>
        <translation>在经过所有可能洗掉保护的处理之后再试换脸</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop the face swap</source>
        <translation>停止换脸</translation>
    </message>
</context>
<context>
    <name>FacesRow</name>
    <message>
        <source>Looking for faces…</source>
        <translation>正在查找人脸…</translation>
    </message>
    <message>
        <source>No face found.</source>
        <translation>没有找到人脸。</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 张人脸</translation>
    </message>
    <message>
        <source>{count} faces</source>
        <translation>{count} 张人脸</translation>
    </message>
    <message>
        <source>{on} of {count} faces</source>
        <translation>{count} 张人脸中的 {on} 张</translation>
    </message>
    <message>
        <source>Draw a box around a face, or protect the whole picture against AI editing instead.</source>
        <translation>请在人脸周围画一个框，或者改为保护整张图片、防止 AI 编辑。</translation>
    </message>
    <message>
        <source>Draw a box around a face, or the rest of the protection does without.</source>
        <translation>请在人脸周围画一个框；否则只进行其余的保护。</translation>
    </message>
    <message>
        <source>Boxes…</source>
        <translation>人脸框…</translation>
    </message>
    <message>
        <source>Set the boxes of the faces</source>
        <translation>设置人脸框</translation>
    </message>
    <message>
        <source>Add, move or leave out faces</source>
        <translation>添加、移动或排除人脸</translation>
    </message>
</context>
<context>
    <name>FileList</name>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Take off this list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
</context>
<context>
    <name>FileModel</name>
    <message>
        <source>Done before</source>
        <translation>之前已完成</translation>
    </message>
</context>
<context>
    <name>FilesPage</name>
    <message>
        <source>{file} is done.</source>
        <translation>{file} 已完成。</translation>
    </message>
    <message>
        <source>{file} could not be done.</source>
        <translation>{file} 未能完成。</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>Show the proof</source>
        <translation>显示依据</translation>
    </message>
    <message>
        <source>As it is in the file</source>
        <translation>文件中的原文</translation>
    </message>
</context>
<context>
    <name>FirstOffer</name>
    <message>
        <source>The download has started. The Models page shows it.</source>
        <translation>下载已开始，可在“模型”页查看进度。</translation>
    </message>
    <message>
        <source>Makes protection stronger against {threats}.</source>
        <translation>能加强对以下行为的防护：{threats}。</translation>
    </message>
    <message>
        <source>Recommended models for this computer</source>
        <translation>推荐这台电脑使用的模型</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
</context>
<context>
    <name>Forecast</name>
    <message>
        <source>About {time}, as the last ones took.</source>
        <translation>按最近几个文件计，约需 {time}。</translation>
    </message>
    <message>
        <source>The results may need {size}, but only {free} are free.</source>
        <translation>结果可能需要 {size}，但只剩 {free} 可用。</translation>
    </message>
    <message>
        <source>The results will take about {size}.</source>
        <translation>结果大约占用 {size}。</translation>
    </message>
</context>
<context>
    <name>HiddenText</name>
    <message>
        <source>Hide a text in an edit</source>
        <translation>在编辑中隐藏文字</translation>
    </message>
    <message>
        <source>The picture is edited by your instruction, and the text goes into the noise that the edit begins with. Only your key reads it.</source>
        <translation>图片按您的指令编辑，文字被放进编辑开始时的噪声中。只有您的密钥能读取。</translation>
    </message>
    <message>
        <source>Instruction, such as: make it night</source>
        <translation>指令，例如：make it night</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Edit and hide</source>
        <translation>编辑并隐藏</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>处理中…</translation>
    </message>
    <message>
        <source>Saved as {file}.</source>
        <translation>已另存为 {file}。</translation>
    </message>
    <message>
        <source>No text of yours found. This does not mean that there is none.</source>
        <translation>未找到您的文字。这不代表没有。</translation>
    </message>
    <message>
        <source>Hidden by {identity}: {text}</source>
        <translation>由 {identity} 隐藏：{text}</translation>
    </message>
    <message>
        <source>Look for hidden text</source>
        <translation>查找隐藏文字</translation>
    </message>
    <message>
        <source>Hide a text in an edit…</source>
        <translation>在编辑中隐藏文字…</translation>
    </message>
    <message>
        <source>Hidden text</source>
        <translation>隐藏文字</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>Nothing fits.</source>
        <translation>没有匹配的作品。</translation>
    </message>
    <message>
        <source>Nothing yet. Every file that you protect or mark gets a receipt here.</source>
        <translation>还没有记录。您保护或加水印的每个文件，都会在这里留下一份回执。</translation>
    </message>
    <message>
        <source>Save the receipts</source>
        <translation>保存回执</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Search files and folders</source>
        <translation>搜索文件和文件夹</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>搜索历史</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Receipt…</source>
        <translation>回执…</translation>
    </message>
    <message>
        <source>Save these receipts…</source>
        <translation>保存这些回执…</translation>
    </message>
</context>
<context>
    <name>IdentityPicker</name>
    <message>
        <source>New identity</source>
        <translation>新建身份</translation>
    </message>
    <message>
        <source>Your marks carry its secret key. The name can be seen by those who read your signature.</source>
        <translation>您的水印使用它的密钥。读取您签名的人可以看到这个名字。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>This computer has no keychain, so the key is kept in a file that only this passphrase opens.</source>
        <translation>这台电脑没有钥匙串，因此密钥保存在一个只有此口令才能打开的文件中。</translation>
    </message>
    <message>
        <source>Your passphrase opens the identities on this computer.</source>
        <translation>您的口令用于打开这台电脑上的身份。</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>新建…</translation>
    </message>
    <message>
        <source>Create an identity…</source>
        <translation>创建身份…</translation>
    </message>
    <message>
        <source>A mark says whose it is, so it needs your identity first.</source>
        <translation>水印要说明作品属于谁，所以先要有您的身份。</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>解锁…</translation>
    </message>
</context>
<context>
    <name>JobList</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Continue the list</source>
        <translation>继续列表</translation>
    </message>
    <message>
        <source>Pause the list</source>
        <translation>暂停列表</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>Playing a clip</source>
        <translation>正在播放片段</translation>
    </message>
    <message>
        <source>Preview of the protected version</source>
        <translation>受保护版本的试听</translation>
    </message>
    <message>
        <source>Difference, {n} times louder</source>
        <translation>差异，放大 {n} 倍</translation>
    </message>
</context>
<context>
    <name>LogDialog</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>The log is empty.</source>
        <translation>日志是空的。</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>There is nothing Cloakroom can open in what you added.</source>
        <translation>您添加的内容里没有 Cloakroom 能打开的文件。</translation>
    </message>
    <message>
        <source>Left out, since Cloakroom cannot open them: {n}</source>
        <translation>已跳过 Cloakroom 无法打开的文件:{n} 个</translation>
    </message>
    <message>
        <source>The sample could not be saved in {folder}.</source>
        <translation>无法把示例保存到 {folder}。</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>{page} ({patterns})</source>
        <translation>{page} ({patterns})</translation>
    </message>
    <message>
        <source>There is no file or picture to paste.</source>
        <translation>剪贴板里没有可粘贴的文件或图片。</translation>
    </message>
    <message>
        <source>Pasted {time}</source>
        <translation>粘贴 {time}</translation>
    </message>
    <message>
        <source>The picture could not be saved in {folder}.</source>
        <translation>图片无法保存到 {folder}。</translation>
    </message>
    <message>
        <source>All jobs have ended: {done} of {total} done.</source>
        <translation>所有任务已结束：{total} 项中完成 {done} 项。</translation>
    </message>
    <message>
        <source>{n} failed; the list of jobs says why.</source>
        <translation>{n} 个失败，任务列表里说明了原因。</translation>
    </message>
</context>
<context>
    <name>Makers</name>
    <message>
        <source>Open the page of {maker} in the browser</source>
        <translation>在浏览器中打开 {maker} 的网页</translation>
    </message>
</context>
<context>
    <name>MarkFigures</name>
    <message>
        <source>Your mark is in it: it was read back from the saved file.</source>
        <translation>水印已经加上：已从保存的文件中重新读出。</translation>
    </message>
    <message>
        <source>Chance that an unmarked file looks like this, measured on the saved file</source>
        <translation>没有水印的文件看起来如此的概率，在保存的文件上测得</translation>
    </message>
    <message>
        <source>chance</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Mark {payload}
{psnr} dB</source>
        <translation>水印编号 {payload}
{psnr} dB</translation>
    </message>
</context>
<context>
    <name>MarkTab</name>
    <message>
        <source>Mark again</source>
        <translation>重新加水印</translation>
    </message>
    <message>
        <source>Mark and sign {count} files</source>
        <translation>给 {count} 个文件加水印并签名</translation>
    </message>
    <message>
        <source>Mark {count} files</source>
        <translation>给 {count} 个文件加水印</translation>
    </message>
    <message>
        <source>Mark and sign</source>
        <translation>加水印并签名</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>加水印</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Content Credentials</source>
        <translation>内容凭证</translation>
    </message>
    <message>
        <source>Sign the marked file</source>
        <translation>为加水印后的文件签名</translation>
    </message>
    <message>
        <source>Say that it must not train AI</source>
        <translation>声明不得用于训练 AI</translation>
    </message>
    <message>
        <source>Drop what you publish here</source>
        <translation>将要发布的内容拖到这里</translation>
    </message>
    <message>
        <source>An invisible mark that only your key can read goes into pictures and recordings. It survives what usually happens to them on the way, and proves later that they are yours.</source>
        <translation>在图片和录音中加入只有您的密钥才能读取的隐形水印。它能经受传播途中的常见处理，日后证明它们属于您。</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Your originals stay as they are.</source>
        <translation>您的原文件保持不变。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Drop files anywhere in this window.</source>
        <translation>可将文件拖放到此窗口的任意位置。</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>1 in {count}</source>
        <translation>{count} 分之一</translation>
    </message>
    <message>
        <source>As saved</source>
        <translation>保存时</translation>
    </message>
    <message>
        <source>After JPEG 50</source>
        <translation>JPEG 50 之后</translation>
    </message>
    <message>
        <source>At half size</source>
        <translation>缩小一半后</translation>
    </message>
    <message>
        <source>What was looked at</source>
        <translation>检查的内容</translation>
    </message>
    <message>
        <source>The registered work</source>
        <translation>已登记的作品</translation>
    </message>
    <message>
        <source>Where the mark is: blue. Where it is not: orange.</source>
        <translation>有水印处：蓝色。没有处：橙色。</translation>
    </message>
    <message>
        <source>found (chance of a false alarm 1 in {count}): {identity}, {work}</source>
        <translation>已找到（误报几率 {count} 分之一）：{identity}，{work}</translation>
    </message>
    <message>
        <source>not found (does not mean it is not yours)</source>
        <translation>未找到（不代表不是您的）</translation>
    </message>
    <message>
        <source>a work that is not in this registry</source>
        <translation>不在登记簿中的作品</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>不予认可</translation>
    </message>
    <message>
        <source>The file carries no Content Credentials.</source>
        <translation>此文件没有内容凭证。</translation>
    </message>
    <message>
        <source>Research: the text is lost when the picture is saved again with little quality, and somebody with the same model may notice that something is there.</source>
        <translation>研究功能：以低质量重新保存图片会丢失文字；拥有相同模型的人也可能察觉其中藏有内容。</translation>
    </message>
    <message>
        <source>Whether the mark was made for this cannot be told: a mark copied from another work would look the same.</source>
        <translation>无法判断水印是否为此内容而制作：从其他作品复制来的水印看起来也是一样。</translation>
    </message>
    <message>
        <source>Nothing speaks against it being as it was saved.</source>
        <translation>没有迹象表明它在保存之后被改动过。</translation>
    </message>
    <message>
        <source>Probably changed: an untouched copy (the file itself, or a JPEG of quality 90 or more) looks so unusual once in {count} cases.</source>
        <translation>很可能被改动过：未经改动的副本（原文件，或质量不低于 90 的 JPEG）每 {count} 次才有一次显得如此异常。</translation>
    </message>
    <message>
        <source>rotated by {degrees:.1f}°</source>
        <translation>旋转 {degrees:.1f}°</translation>
    </message>
    <message>
        <source>speed changed by {share:+.1f} %</source>
        <translation>速度改变了 {share:+.1f} %</translation>
    </message>
    <message>
        <source>cropped to about {width:.0f} % x {height:.0f} %</source>
        <translation>裁剪到约 {width:.0f} % × {height:.0f} %</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>No mark of yours found</source>
        <translation>未找到您的水印</translation>
    </message>
    <message>
        <source>This does not mean that it is not yours: a mark can be destroyed.</source>
        <translation>这并不意味着它不是您的：水印可能已被破坏。</translation>
    </message>
    <message>
        <source>Marked by {identity}</source>
        <translation>带有 {identity} 的水印</translation>
    </message>
    <message>
        <source>not accepted: the mark of {work} was copied onto something else</source>
        <translation>不予认定：{work} 的水印被复制到了别的内容上</translation>
    </message>
    <message>
        <source>An unmarked file would look like this by chance once in {count} searches.</source>
        <translation>没有水印的文件平均每 {count} 次查找才会偶然出现一次这样的结果。</translation>
    </message>
    <message>
        <source>It holds the mark of {work}, but is something else: somebody may have copied the mark.</source>
        <translation>它带有 {work} 的水印，但内容不同：可能有人复制了水印。</translation>
    </message>
    <message>
        <source>Signed by {issuer}, whose certificate you trust. Unchanged since.</source>
        <translation>由 {issuer} 签名，您信任其证书。此后未被更改。</translation>
    </message>
    <message>
        <source>Signed by {issuer}, whose certificate is not on your list: the name is only a claim. Unchanged since.</source>
        <translation>由 {issuer} 签名，其证书不在您的名单上：名字只是自称。此后未被更改。</translation>
    </message>
    <message>
        <source>The signature does not fit the file: it was changed afterwards.</source>
        <translation>签名与文件不符：文件在签名后被更改过。</translation>
    </message>
    <message>
        <source>Bits of a message in the lowest bits</source>
        <translation>最低位消息的比特</translation>
    </message>
    <message>
        <source>Bits of a watermark made to last</source>
        <translation>耐久水印的比特</translation>
    </message>
    <message>
        <source>AI noise, for the model that was used</source>
        <translation>AI 噪声（所用的模型）</translation>
    </message>
    <message>
        <source>AI noise, for another model</source>
        <translation>AI 噪声（另一个模型）</translation>
    </message>
    <message>
        <source>{name}: {after} right (after plain noise: {noise})</source>
        <translation>{name}：{after} 正确（普通噪声后：{noise}）</translation>
    </message>
    <message>
        <source>Measured on this picture. A message is gone when 50 % of its bits are right, which is chance; for AI noise chance is 0 %. A watermark made to last usually stays: removing it would be seen.</source>
        <translation>在这张图片上测得。比特正确率为 50 %（即纯属偶然）时消息已消失；AI 噪声则以 0 % 为偶然。耐久的水印通常会留下：去除它会留下可见的痕迹。</translation>
    </message>
    <message>
        <source>The mark was made for this very work, as far as the mark itself can say.</source>
        <translation>就水印本身所能说明的来看，它正是为这件作品而加的。</translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation>镜像翻转</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>被模糊</translation>
    </message>
</context>
<context>
    <name>MarksPage</name>
    <message>
        <source>Mark</source>
        <translation>加水印</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>登记簿</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>清理</translation>
    </message>
</context>
<context>
    <name>MirrorChoice</name>
    <message>
        <source>The model hub itself</source>
        <translation>模型官网</translation>
    </message>
    <message>
        <source>Mirror {host}</source>
        <translation>镜像 {host}</translation>
    </message>
    <message>
        <source>Another address…</source>
        <translation>其他地址…</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型下载来源</translation>
    </message>
    <message>
        <source>Address of the mirror</source>
        <translation>镜像地址</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Paused: {done} of {total} are here</source>
        <translation>已暂停：已下载 {done}，共 {total}</translation>
    </message>
    <message>
        <source>Ready, its files stay where they are</source>
        <translation>可以使用，文件留在原处</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可以使用</translation>
    </message>
    <message>
        <source>Damaged, not used: {files}</source>
        <translation>已损坏，不会使用：{files}</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Use a folder I have…</source>
        <translation>使用已有的文件夹…</translation>
    </message>
    <message>
        <source>Use a file I have…</source>
        <translation>使用已有的文件…</translation>
    </message>
    <message>
        <source>Check its files</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>{size} of memory</source>
        <translation>内存 {size}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>needs {models}</source>
        <translation>需要 {models}</translation>
    </message>
    <message>
        <source>{model} · recommended</source>
        <translation>{model} · 推荐</translation>
    </message>
    <message>
        <source>Progress of {model}</source>
        <translation>{model} 的进度</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
</context>
<context>
    <name>ModelSettings</name>
    <message>
        <source>{size} free on its disk</source>
        <translation>所在磁盘剩余 {size}</translation>
    </message>
    <message>
        <source>New folder for the models</source>
        <translation>模型的新文件夹</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Files you have</source>
        <translation>已有的文件</translation>
    </message>
    <message>
        <source>Offline: nothing tries the network</source>
        <translation>离线：完全不连接网络</translation>
    </message>
    <message>
        <source>Move to another folder…</source>
        <translation>移到其他文件夹…</translation>
    </message>
    <message>
        <source>Cloakroom recognises a model by what is in its files, whatever their names.</source>
        <translation>Cloakroom 按文件内容识别模型，与文件名无关。</translation>
    </message>
    <message>
        <source>Use a folder…</source>
        <translation>使用文件夹…</translation>
    </message>
    <message>
        <source>Use a file…</source>
        <translation>使用文件…</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Files you have</source>
        <translation>已有的文件</translation>
    </message>
    <message>
        <source>Models ({patterns})</source>
        <translation>模型 ({patterns})</translation>
    </message>
    <message>
        <source>Makes protection stronger against {threats}.</source>
        <translation>能加强对以下行为的防护：{threats}。</translation>
    </message>
    <message>
        <source>Recommended for this computer</source>
        <translation>推荐这台电脑使用</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>本机上的模型</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>The recommended models are here</source>
        <translation>推荐的模型已经齐全</translation>
    </message>
    <message>
        <source>Offline mode is on. You can still use files you have.</source>
        <translation>离线模式已开启。您仍可使用已有的文件。</translation>
    </message>
    <message>
        <source>The recommended models are on their way</source>
        <translation>正在下载推荐的模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Cloakroom works without these. Each is made by others and published; it is downloaded only when you say so, checked, and used on this computer alone.</source>
        <translation>没有这些模型，Cloakroom 也能使用。它们由他人制作并公开发布；只有您同意才会下载，下载后会校验，并且只在这台电脑上使用。</translation>
    </message>
    <message>
        <source>For photos</source>
        <translation>用于照片</translation>
    </message>
    <message>
        <source>For voices</source>
        <translation>用于声音</translation>
    </message>
    <message>
        <source>For checking</source>
        <translation>用于鉴别</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
</context>
<context>
    <name>Opinion</name>
    <message>
        <source>Score {score}, line {line}.</source>
        <translation>得分 {score}，界线 {line}。</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>Cancelled. Nothing was written.</source>
        <translation>已取消，没有写入任何文件。</translation>
    </message>
    <message>
        <source>Cloakroom was closed before this was finished.</source>
        <translation>在完成之前 Cloakroom 被关闭了。</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新开始</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Voices</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>水印</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>PhotoCanvas</name>
    <message>
        <source>AI edit of the original</source>
        <translation>对原图的 AI 编辑</translation>
    </message>
    <message>
        <source>AI edit of yours</source>
        <translation>对您的文件的 AI 编辑</translation>
    </message>
    <message>
        <source>Original, treated alike</source>
        <translation>原图，经同样处理</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>您的文件</translation>
    </message>
</context>
<context>
    <name>PhotoDetails</name>
    <message>
        <source>Details</source>
        <translation>详细设置</translation>
    </message>
    <message>
        <source>Own limit</source>
        <translation>自定上限</translation>
    </message>
    <message>
        <source>Largest change of any colour value, instead of what the strength allows</source>
        <translation>任一颜色值的最大改动，代替强度所允许的幅度</translation>
    </message>
    <message>
        <source> of 255</source>
        <translation> / 255</translation>
    </message>
    <message>
        <source>Largest change of any colour value</source>
        <translation>任一颜色值的最大改动</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The same seed and device give the same file</source>
        <translation>种子和设备相同，得到的文件就相同</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Work at native resolution</source>
        <translation>按原始分辨率处理</translation>
    </message>
    <message>
        <source>Slower. Works on every pixel of a large photo, not on a smaller copy.</source>
        <translation>较慢。直接处理大照片的每个像素，而不是缩小的副本。</translation>
    </message>
</context>
<context>
    <name>PhotoFigures</name>
    <message>
        <source>PSNR {psnr} dB · SSIM {ssim}</source>
        <translation>PSNR {psnr} dB · SSIM {ssim}</translation>
    </message>
    <message>
        <source>How far it moves what an AI sees, in our test</source>
        <translation>在我们的测试中，AI 所见偏移的程度</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
    <message>
        <source>plain noise</source>
        <translation>白噪点</translation>
    </message>
    <message>
        <source>soft noise</source>
        <translation>柔和噪点</translation>
    </message>
    <message>
        <source>saved file</source>
        <translation>已保存的文件</translation>
    </message>
    <message>
        <source>In our test a face recogniser finds the faces less alike than after noise of the same strength. It raises the cost of misuse; it is not a guarantee.</source>
        <translation>在我们的测试中，与同等强度的噪声相比，人脸识别模型认为处理前后的人脸更不相似。它提高滥用的成本，但不是保证。</translation>
    </message>
    <message>
        <source>In our test this did no more than noise of the same strength: no measurable effect on this photo.</source>
        <translation>在我们的测试中，效果不超过同等强度的噪点：对这张照片没有可测量的作用。</translation>
    </message>
    <message>
        <source>How alike a face recogniser finds them before and after, 1 is the same</source>
        <translation>人脸识别模型认为处理前后有多相似，1 表示相同</translation>
    </message>
    <message>
        <source>How easily the cloak itself is noticed: our detector gives {probability}; of {clean} photos without a cloak, {count} got as much.</source>
        <translation>隐形防护本身有多容易被发现：我们的检测器给出 {probability}；{clean} 张没有防护的照片中，有 {count} 张得到同样高的值。</translation>
    </message>
    <message>
        <source>How easily the cloak itself is noticed: our detector gives {probability}; of {clean} photos without a cloak, none got as much.</source>
        <translation>隐形防护本身有多容易被发现：我们的检测器给出 {probability}；{clean} 张没有防护的照片中，没有一张得到同样高的值。</translation>
    </message>
    <message>
        <source>In our test the change that an AI model saw was {plain} times as large as from plain noise of the same strength, but no larger than from soft noise: no measurable effect of the cloak itself on this photo.</source>
        <translation>在我们的测试中，AI 模型看到的变化是同等强度白噪点的 {plain} 倍，但不比柔和噪点更大：保护本身在这张照片上没有可测量的效果。</translation>
    </message>
    <message>
        <source>The eye hardly sees a change. An AI model saw one, in our test: {plain} times as large as from plain noise of the same strength, {soft} times as large as from soft noise. It makes misuse harder; it is not a guarantee.</source>
        <translation>肉眼几乎看不出变化，而在我们的测试中，AI 模型看到的变化是同等强度白噪点的 {plain} 倍、柔和噪点的 {soft} 倍。它会让滥用更难，但不能保证万无一失。</translation>
    </message>
    <message>
        <source>In our test the change that an AI model saw was {plain} times as large as from plain noise of the same strength, {soft} times as large as from soft noise. It makes misuse harder; it is not a guarantee.</source>
        <translation>在我们的测试中，AI 模型看到的变化是同等强度白噪点的 {plain} 倍、柔和噪点的 {soft} 倍。它会让滥用更难，但不能保证万无一失。</translation>
    </message>
</context>
<context>
    <name>PhotoPanel</name>
    <message>
        <source>Protect again</source>
        <translation>重新保护</translation>
    </message>
    <message>
        <source>Protect this photo</source>
        <translation>保护这张照片</translation>
    </message>
    <message>
        <source>Protect {photos}</source>
        <translation>保护 {photos}</translation>
    </message>
    <message>
        <source>Choose at least one thing to protect against.</source>
        <translation>请至少选择一项要防范的行为。</translation>
    </message>
    <message>
        <source>Painted area</source>
        <translation>涂出的区域</translation>
    </message>
    <message>
        <source>Whole photo</source>
        <translation>整张照片</translation>
    </message>
    <message>
        <source>Faces only</source>
        <translation>仅人脸</translation>
    </message>
    <message>
        <source>Paint…</source>
        <translation>涂抹…</translation>
    </message>
    <message>
        <source>Paint where the cloak may go</source>
        <translation>涂出允许加保护的区域</translation>
    </message>
    <message>
        <source>Protect against</source>
        <translation>防范什么</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>范围</translation>
    </message>
</context>
<context>
    <name>PhotosPage</name>
    <message>
        <source>The painted area could not be saved; the whole photo is protected.</source>
        <translation>涂出的区域无法保存，将保护整张照片。</translation>
    </message>
    <message>
        <source>{file} is protected.</source>
        <translation>{file} 已受保护。</translation>
    </message>
    <message>
        <source>{file} could not be protected.</source>
        <translation>无法保护 {file}。</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Drop photos here</source>
        <translation>把照片拖到这里</translation>
    </message>
    <message>
        <source>Cloakroom adds a faint, nearly invisible change to your photos that raises the cost of misusing them with AI. Your originals stay as they are, and everything happens on this computer.</source>
        <translation>Cloakroom 给照片加上几乎看不见的细微改动，提高他人用 AI 滥用它们的成本。原图保持不变，一切都在这台电脑上完成。</translation>
    </message>
    <message>
        <source>Open photos…</source>
        <translation>打开照片…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Dropping and pasting work anywhere in this window.</source>
        <translation>在窗口任意位置都可以拖放或粘贴。</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>打开照片</translation>
    </message>
    <message>
        <source>Drop photos or folders anywhere</source>
        <translation>照片或文件夹可拖放到任意位置</translation>
    </message>
</context>
<context>
    <name>PhraseDialog</name>
    <message>
        <source>Backup phrase</source>
        <translation>备份短语</translation>
    </message>
    <message>
        <source>Write down the backup phrase of {name}</source>
        <translation>请抄下 {name} 的备份短语</translation>
    </message>
    <message>
        <source>Whoever has these 18 words can mark and sign as you. Without them, nobody can prove your marks after this computer is lost.</source>
        <translation>拥有这 18 个词的人都能以您的身份加水印和签名。没有它们，一旦这台电脑丢失，就没有人能证明您的水印。</translation>
    </message>
    <message>
        <source>Later the command line shows it: cloakroom identity export</source>
        <translation>以后可用命令行查看：cloakroom identity export</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>I have written it down</source>
        <translation>我已抄下</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Keep these choices…</source>
        <translation>保存这些选择…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep these choices</source>
        <translation>保存这些选择</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Something went wrong inside Cloakroom ({detail}). Please try again; if it happens again, save the log from Settings.</source>
        <translation>Cloakroom 内部出错（{detail}）。请重试；如果再次发生，请在“设置”中保存日志。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly while working on this file. Nothing was written. It has been restarted: choose Retry.</source>
        <translation>引擎在处理这个文件时意外停止，没有写入任何内容。引擎已重新启动，请点“重试”。</translation>
    </message>
    <message>
        <source>The engine stopped several times in a row and was not started again. Nothing was written. Choose Retry; if it happens again, restart the computer or save the log from Settings.</source>
        <translation>引擎连续停止多次，不再自动启动。没有写入任何内容。请点“重试”；如果再次发生，请重启电脑，或在“设置”中保存日志。</translation>
    </message>
    <message>
        <source>There is not enough free memory for this file, even in small pieces. Close other programs and choose Retry.</source>
        <translation>即使分成小块，可用内存也不够处理这个文件。请关闭其他程序，再点“重试”。</translation>
    </message>
    <message>
        <source>The device {device} is not available on this computer. Choose one of: {choices}.</source>
        <translation>这台电脑上没有设备 {device}。可选：{choices}。</translation>
    </message>
    <message>
        <source>{file} does not exist any more.</source>
        <translation>{file} 已不存在。</translation>
    </message>
    <message>
        <source>{file} cannot be opened. Check that you are allowed to read it.</source>
        <translation>无法打开 {file}，请检查是否有读取权限。</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} 是空文件（0 字节）。</translation>
    </message>
    <message>
        <source>{file} is not a picture Cloakroom can read. It opens JPEG, PNG, TIFF, WebP, BMP, GIF, AVIF and HEIC.</source>
        <translation>{file} 不是 Cloakroom 能读取的图片。支持 JPEG、PNG、TIFF、WebP、BMP、GIF、AVIF 和 HEIC。</translation>
    </message>
    <message>
        <source>{file} is damaged or incomplete. Get the file again from where it came from, or open it in a picture editor and save it anew.</source>
        <translation>{file} 已损坏或不完整。请从来源重新获取，或用图片编辑软件打开后另存。</translation>
    </message>
    <message>
        <source>No face was found in {file}. Draw a box around each face or paint over it, or protect it against AI editing, which covers the whole picture.</source>
        <translation>在 {file} 中没有找到人脸。请在每张脸周围画框或用画笔涂抹，或者改为防止 AI 编辑，它会覆盖整张图片。</translation>
    </message>
    <message>
        <source>No face was found in {file}. Choose a picture that shows one from the front.</source>
        <translation>在 {file} 中没有找到人脸。请选择一张正面人脸的图片。</translation>
    </message>
    <message>
        <source>A face is only swapped when you confirm that it is yours, or that whose face it is has agreed.</source>
        <translation>只有在您确认这是您本人的脸，或已得到本人同意时，才会进行换脸。</translation>
    </message>
    <message>
        <source>{file} has no pixels: its width or height is 0.</source>
        <translation>{file} 没有像素：宽或高为 0。</translation>
    </message>
    <message>
        <source>{file} has {megapixels} million pixels; the limit is {limit} million. Make the picture smaller and try again.</source>
        <translation>{file} 有 {megapixels} 百万像素，上限是 {limit} 百万。请缩小图片后重试。</translation>
    </message>
    <message>
        <source>{file} stores its pixels in a way Cloakroom cannot write back ({detail}). Save it as an ordinary 8-bit or 16-bit picture and try again.</source>
        <translation>{file} 的像素存储方式无法原样写回（{detail}）。请另存为普通的 8 位或 16 位图片后重试。</translation>
    </message>
    <message>
        <source>The mask {file} has another shape than the photo ({size} pixels). Use a mask of the same proportions.</source>
        <translation>蒙版 {file} 与照片（{size} 像素）的比例不同，请使用相同比例的蒙版。</translation>
    </message>
    <message>
        <source>The two pictures differ in size ({first} and {second} pixels), so they cannot be compared. Choose the original and its own protected file.</source>
        <translation>两张图片大小不同（{first} 和 {second} 像素），无法比较。请选择原图和它自己的受保护文件。</translation>
    </message>
    <message>
        <source>{file} is a HEIC picture, which needs an optional extra. Install it with: pip install &quot;cloakroom[heic]&quot;</source>
        <translation>{file} 是 HEIC 图片，需要可选组件。安装命令：pip install &quot;cloakroom[heic]&quot;</translation>
    </message>
    <message>
        <source>Cannot write into {folder}. Choose another folder for the results.</source>
        <translation>无法写入 {folder}，请为结果选择其他文件夹。</translation>
    </message>
    <message>
        <source>The disk of {folder} is full. Free some space and choose Retry; nothing was written.</source>
        <translation>{folder} 所在磁盘已满。请腾出空间后点“重试”；没有写入任何内容。</translation>
    </message>
    <message>
        <source>This receipt has format {schema}; this version of Cloakroom reads format {known}. Open it with the version that wrote it.</source>
        <translation>这份回执是格式 {schema}，当前版本的 Cloakroom 只能读取格式 {known}。请用生成它的版本打开。</translation>
    </message>
    <message>
        <source>This is not a complete receipt of Cloakroom ({detail}).</source>
        <translation>这不是完整的 Cloakroom 回执（{detail}）。</translation>
    </message>
    <message>
        <source>There are no pictures in {folder}.</source>
        <translation>{folder} 里没有图片。</translation>
    </message>
    <message>
        <source>There are no recordings in {folder}.</source>
        <translation>{folder} 中没有录音。</translation>
    </message>
    <message>
        <source>Stopped before this file was finished.</source>
        <translation>还没做完这个文件就已停止。</translation>
    </message>
    <message>
        <source>{file} is not a clip that Cloakroom can read, or it is damaged.</source>
        <translation>{file} 不是 Cloakroom 能读取的视频，或已损坏。</translation>
    </message>
    <message>
        <source>A camera&apos;s fingerprint needs at least {needed} untouched photos of it; there are {given}.</source>
        <translation>相机指纹至少需要 {needed} 张未经处理的照片；现在有 {given} 张。</translation>
    </message>
    <message>
        <source>There is no downloaded detector for these files. Get one on the Models page first.</source>
        <translation>没有适用于这些文件的已下载检测器。请先在“模型”页下载一个。</translation>
    </message>
    <message>
        <source>At least {needed} usable files are needed to measure a detector; there are {given}. Photos need 256 pixels, recordings two seconds of speech.</source>
        <translation>测量检测器至少需要 {needed} 个可用文件，现在只有 {given} 个。照片至少 256 像素，录音至少要有两秒说话声。</translation>
    </message>
    <message>
        <source>{file} has another size than the other photos. Use untouched photos of one camera, all of the same size.</source>
        <translation>{file} 的尺寸与其他照片不同。请使用同一台相机、尺寸相同、未经处理的照片。</translation>
    </message>
    <message>
        <source>There is no identity yet. Create one first, then mark something with it.</source>
        <translation>还没有身份。请先创建一个，再用它加水印。</translation>
    </message>
    <message>
        <source>{file} could not be signed ({detail}). The unsigned file is unchanged.</source>
        <translation>{file} 未能签名（{detail}），未签名的文件没有改动。</translation>
    </message>
    <message>
        <source>The certificate {file} is damaged. Move it away; it is made anew when you sign.</source>
        <translation>证书 {file} 已损坏。请把它移走，签名时会重新生成。</translation>
    </message>
    <message>
        <source>{file} is not a recording that Cloakroom can read, or it is damaged.</source>
        <translation>{file} 不是 Cloakroom 能读取的录音，或已损坏。</translation>
    </message>
    <message>
        <source>{file} has another sample rate or other channels than the original, so they cannot be compared. Choose the original and its own protected file.</source>
        <translation>{file} 的采样率或声道数与原始录音不同，无法比较。请选择原始文件和它自己的受保护文件。</translation>
    </message>
    <message>
        <source>Sound cannot be played, since PortAudio is not on this computer. Install it with your system&apos;s packages (Debian and Ubuntu: libportaudio2); everything else works without it.</source>
        <translation>无法播放声音，因为这台电脑上没有 PortAudio。请用系统的软件包安装（Debian 和 Ubuntu：libportaudio2）；没有它，其他功能照常可用。</translation>
    </message>
    <message>
        <source>No loudspeaker or headphones can be used. Connect one or close the program that holds it, then press Play again.</source>
        <translation>没有可用的扬声器或耳机。请连接一个，或关闭占用它的程序，然后再按播放。</translation>
    </message>
    <message>
        <source>No microphone can be used. Connect one and allow Cloakroom to use it in the system&apos;s settings, or choose recordings you have.</source>
        <translation>没有可用的麦克风。请连接一个，并在系统设置中允许 Cloakroom 使用它，或选择已有的录音。</translation>
    </message>
    <message>
        <source>{file} has no sound track. Choose a recording, or a video with sound.</source>
        <translation>{file} 没有音轨。请选择一段录音，或带有声音的视频。</translation>
    </message>
    <message>
        <source>{file} needs the program ffmpeg, which is not on this computer. Install it, or save the sound as WAV, FLAC or MP3.</source>
        <translation>处理 {file} 需要 ffmpeg 程序，但这台电脑上没有。请安装它，或将声音另存为 WAV、FLAC 或 MP3。</translation>
    </message>
    <message>
        <source>{file} has a sample rate of {rate} Hz; Cloakroom works with 8 to 192 kHz.</source>
        <translation>{file} 的采样率为 {rate} Hz；Cloakroom 支持 8 至 192 kHz。</translation>
    </message>
    <message>
        <source>{file} has {channels} channels; Cloakroom works with up to 8.</source>
        <translation>{file} 有 {channels} 个声道；Cloakroom 最多支持 8 个。</translation>
    </message>
    <message>
        <source>{file} is shorter than 0.3 seconds. There is nothing to protect in it.</source>
        <translation>{file} 不足 0.3 秒，没有可保护的内容。</translation>
    </message>
    <message>
        <source>{file} is longer than three hours. Cut it into parts and protect each.</source>
        <translation>{file} 超过三小时。请将它分成几段，分别保护。</translation>
    </message>
    <message>
        <source>Nobody seems to speak in {file}. If somebody does, mark where in the waveform.</source>
        <translation>{file} 中似乎没有人说话。如果有，请在波形上标出位置。</translation>
    </message>
    <message>
        <source>The two recordings differ in length, rate or channels, so they cannot be compared. Choose the original and its own protected file.</source>
        <translation>这两个录音的长度、采样率或声道不同，无法比较。请选择原文件和它自己的受保护文件。</translation>
    </message>
    <message>
        <source>There are only {seconds} seconds of speech in these files; at least {needed} are needed.</source>
        <translation>这些文件中只有 {seconds} 秒语音，至少需要 {needed} 秒。</translation>
    </message>
    <message>
        <source>There is no voice called {name}. Enrol it first, or choose another.</source>
        <translation>没有名为 {name} 的声音。请先录入它，或选择其他声音。</translation>
    </message>
    <message>
        <source>There is already a voice called {name}. Choose another name.</source>
        <translation>已有名为 {name} 的声音。请另取名称。</translation>
    </message>
    <message>
        <source>{name} cannot be a name here. Use letters, digits and spaces.</source>
        <translation>{name} 不能用作名称。请使用字母、数字和空格。</translation>
    </message>
    <message>
        <source>There is no ambience called {name}. The list of ambiences shows the names.</source>
        <translation>没有名为 {name} 的环境声。环境声列表中有各个名称。</translation>
    </message>
    <message>
        <source>There is already an ambience called {name}. Choose another name.</source>
        <translation>已有名为 {name} 的环境声。请另取名称。</translation>
    </message>
    <message>
        <source>The registry of marked works ({file}) is damaged. Restore it from a backup, or move it away to start a new one; marks can be verified without it.</source>
        <translation>水印作品登记簿（{file}）已损坏。请从备份恢复，或移走它另建新的；没有它也能验证水印。</translation>
    </message>
    <message>
        <source>The watermark {scheme} cannot be used for this file. Choose automatic.</source>
        <translation>水印 {scheme} 不能用于这个文件，请选择自动。</translation>
    </message>
    <message>
        <source>The text is too long: {size} bytes, and at most {most} can be hidden.</source>
        <translation>文字过长：{size} 字节，最多可隐藏 {most} 字节。</translation>
    </message>
    <message>
        <source>There is no text to hide. Enter one.</source>
        <translation>没有要隐藏的文字。请输入。</translation>
    </message>
    <message>
        <source>This edit of this picture has no room for {size} bytes of text: it could not be read back. Shorten the text, or choose a gentler instruction.</source>
        <translation>这张图片的这次编辑容不下 {size} 字节的文字：无法读回。请缩短文字，或选择更温和的指令。</translation>
    </message>
    <message>
        <source>{payload} is not a payload. It has up to 16 hexadecimal digits.</source>
        <translation>{payload} 不是有效的载荷，应为最多 16 位十六进制数字。</translation>
    </message>
    <message>
        <source>The list of your identities ({file}) is damaged. Move it away, then restore your identities from their backup phrases or files; the keys themselves are untouched.</source>
        <translation>您的身份列表（{file}）已损坏。请先把它移走，再用备份短语或备份文件恢复身份；密钥本身没有改动。</translation>
    </message>
    <message>
        <source>There is no identity called {name}. Create it first, or choose another.</source>
        <translation>没有名为 {name} 的身份。请先创建，或选择其他身份。</translation>
    </message>
    <message>
        <source>There is already an identity called {name}. Choose another name.</source>
        <translation>已有名为 {name} 的身份，请换一个名字。</translation>
    </message>
    <message>
        <source>{name} cannot be the name of an identity. Use letters, digits and spaces.</source>
        <translation>{name} 不能用作身份名称，请使用文字、数字和空格。</translation>
    </message>
    <message>
        <source>This computer has no keychain that Cloakroom can use, so the key of {name} is kept in an encrypted file. Enter its passphrase.</source>
        <translation>这台电脑没有 Cloakroom 可用的钥匙串，{name} 的密钥存放在加密文件中。请输入口令。</translation>
    </message>
    <message>
        <source>That is not the passphrase of {name}. Try again.</source>
        <translation>{name} 的口令不对，请重试。</translation>
    </message>
    <message>
        <source>The key of {name} is no longer where it was kept. Restore it from your backup phrase or backup file.</source>
        <translation>{name} 的密钥已不在原处。请用备份短语或备份文件恢复。</translation>
    </message>
    <message>
        <source>This is not a valid backup phrase: {detail}. Check it for typing errors.</source>
        <translation>备份短语无效：{detail}。请检查有没有输错。</translation>
    </message>
    <message>
        <source>{file} is not a backup of an identity, or it is damaged.</source>
        <translation>{file} 不是身份备份，或已损坏。</translation>
    </message>
    <message>
        <source>There is no model called {id}. The list of models shows the names.</source>
        <translation>没有名为 {id} 的模型，名称见模型列表。</translation>
    </message>
    <message>
        <source>Offline mode is on, so nothing is downloaded. Switch it off on the Models page, or use files you already have.</source>
        <translation>离线模式已开启，不会下载任何内容。请在“模型”页关闭它，或使用已有的文件。</translation>
    </message>
    <message>
        <source>{host} cannot be reached. Check the connection, or choose a mirror on the Models page.</source>
        <translation>无法连接 {host}。请检查网络，或在“模型”页选择镜像。</translation>
    </message>
    <message>
        <source>{host} has a fault of its own (status {status}). Wait a while and choose Retry, or choose a mirror on the Models page.</source>
        <translation>{host} 自身出现故障（状态 {status}）。请稍后点“重试”，或在“模型”页选择镜像。</translation>
    </message>
    <message>
        <source>The licence of {id} ({licence}) must be agreed to before it is downloaded. Read it at {url}.</source>
        <translation>下载 {id} 前必须同意其许可（{licence}）。全文见 {url}。</translation>
    </message>
    <message>
        <source>The model {model} cannot carry a mark.</source>
        <translation>模型 {model} 无法承载水印。</translation>
    </message>
    <message>
        <source>{channel} is none of: {choices}.</source>
        <translation>{channel} 不是以下任何一种：{choices}。</translation>
    </message>
    <message>
        <source>{mirror} is not the address of a mirror. It must begin with http:// or https://.</source>
        <translation>{mirror} 不是镜像地址，地址必须以 http:// 或 https:// 开头。</translation>
    </message>
    <message>
        <source>The connection to {host} is not trusted by this computer. Check its clock, or ask whoever runs the network for its certificate.</source>
        <translation>这台电脑不信任与 {host} 的连接。请检查系统时间，或向网络管理者索取证书。</translation>
    </message>
    <message>
        <source>The proxy of this computer does not let through the connection to {host}. Check the proxy settings of the system.</source>
        <translation>这台电脑的代理不允许连接 {host}。请检查系统的代理设置。</translation>
    </message>
    <message>
        <source>The connection to {host} broke off again and again while {file} was fetched. What has arrived is kept: choose Retry to go on from there.</source>
        <translation>下载 {file} 时与 {host} 的连接反复中断。已下载的部分会保留，点“重试”可接着下载。</translation>
    </message>
    <message>
        <source>{host} answers too many requests at the moment. What has arrived is kept: wait some minutes and choose Retry.</source>
        <translation>{host} 目前请求太多。已下载的部分会保留，请几分钟后点“重试”。</translation>
    </message>
    <message>
        <source>{host} does not answer like a model hub. Check the mirror&apos;s address, and whether this network asks you to sign in first.</source>
        <translation>{host} 的应答不像模型网站。请检查镜像地址，以及当前网络是否需要先登录。</translation>
    </message>
    <message>
        <source>{file} is not on the model hub. Fetch it from {url} with a browser, then add it as a file that you have.</source>
        <translation>模型站点上没有 {file}。请用浏览器从 {url} 下载，然后以“已有文件”的方式添加。</translation>
    </message>
    <message>
        <source>{repo} is only given to people who have agreed to its terms. Agree at {url}, store your access token with the command hf auth login, and choose Retry. Mirrors cannot give it.</source>
        <translation>{repo} 只提供给同意其条款的人。请在 {url} 同意，用命令 hf auth login 存入访问令牌，再点“重试”。镜像无法提供它。</translation>
    </message>
    <message>
        <source>{host} has no model {repo} any more, or does not show it to you. If you have its files, choose Use files I have.</source>
        <translation>{host} 上已没有模型 {repo}，或不对您开放。如果您有它的文件，请选择使用已有的文件。</translation>
    </message>
    <message>
        <source>The version {revision} of {repo} no longer exists, and another one is not taken unasked. Update Cloakroom, or use files you have.</source>
        <translation>{repo} 的版本 {revision} 已不存在，也不会擅自改用其他版本。请更新 Cloakroom，或使用已有的文件。</translation>
    </message>
    <message>
        <source>{repo} has no file {file} any more. Update Cloakroom, or use files you have.</source>
        <translation>{repo} 里已没有文件 {file}。请更新 Cloakroom，或使用已有的文件。</translation>
    </message>
    <message>
        <source>{host} offers another {file} than the one that was announced. It was not downloaded. Try another mirror or the hub itself.</source>
        <translation>{host} 提供的 {file} 与公布的不同，没有下载。请换一个镜像，或改用官网。</translation>
    </message>
    <message>
        <source>{file} arrived from {host} with a wrong content and was thrown away. Choose Retry; if it happens again, try another mirror or the hub itself.</source>
        <translation>从 {host} 下载的 {file} 内容不对，已丢弃。请点“重试”；如果再次发生，请换一个镜像，或改用官网。</translation>
    </message>
    <message>
        <source>The disk of {folder} has {free} free, and {needed} are needed. Free some space, or move the models to another disk.</source>
        <translation>{folder} 所在磁盘剩余 {free}，需要 {needed}。请腾出空间，或把模型移到其他磁盘。</translation>
    </message>
    <message>
        <source>The disk of {folder} is full. What has arrived is kept: free some space and choose Retry to go on from there.</source>
        <translation>{folder} 所在磁盘已满。已下载的部分会保留，腾出空间后点“重试”可接着下载。</translation>
    </message>
    <message>
        <source>Models cannot be kept in {folder}: it cannot be written to.</source>
        <translation>模型无法存放在 {folder}：该处不可写入。</translation>
    </message>
    <message>
        <source>The model {id} is not on this computer. Download it on the Models page.</source>
        <translation>这台电脑上没有模型 {id}，请在“模型”页下载。</translation>
    </message>
    <message>
        <source>The built-in model {id} is missing or damaged. Install Cloakroom again.</source>
        <translation>内置模型 {id} 缺失或已损坏。请重新安装 Cloakroom。</translation>
    </message>
    <message>
        <source>{file} of the model {id} is damaged, so it was not loaded. Choose Repair on the Models page.</source>
        <translation>模型 {id} 的 {file} 已损坏，没有加载。请在“模型”页点“修复”。</translation>
    </message>
    <message>
        <source>The model {id} is in use. Wait until the running job has ended.</source>
        <translation>模型 {id} 正在使用，请等当前任务结束。</translation>
    </message>
    <message>
        <source>{folder} already holds models. Choose another folder.</source>
        <translation>{folder} 里已有模型，请选择其他文件夹。</translation>
    </message>
    <message>
        <source>{file} is none of the models Cloakroom knows. It can use those on the list of models.</source>
        <translation>{file} 不是 Cloakroom 认识的模型，能用的模型见模型列表。</translation>
    </message>
    <message>
        <source>{file} could be one of {choices}. Say which one it is.</source>
        <translation>{file} 可能是以下之一：{choices}。请指明是哪一个。</translation>
    </message>
    <message>
        <source>{file} does not fit {id}: {detail}. Choose the file that belongs to it.</source>
        <translation>{file} 与 {id} 不符：{detail}。请选择属于它的文件。</translation>
    </message>
    <message>
        <source>{file} alone is not enough for {id}; it also needs {missing}. Choose their folder.</source>
        <translation>只有 {file} 还不够 {id} 使用，还需要 {missing}。请选择它们所在的文件夹。</translation>
    </message>
    <message>
        <source>{file} holds more than numbers, or is damaged, and was not opened. Look for a version in the safetensors format.</source>
        <translation>{file} 里不只有数值，或已损坏，因此没有打开。请找 safetensors 格式的版本。</translation>
    </message>
    <message>
        <source>The model {id} cannot be used: {detail}. Choose Repair on the Models page.</source>
        <translation>模型 {id} 无法使用：{detail}。请在“模型”页点“修复”。</translation>
    </message>
</context>
<context>
    <name>ProfileChoice</name>
    <message>
        <source>From this recording</source>
        <translation>取自此录音</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>A voice that was learnt once protects every recording of it faster.</source>
        <translation>声音学习一次之后，保护它的每段录音都会更快。</translation>
    </message>
    <message>
        <source>Learn…</source>
        <translation>学习…</translation>
    </message>
    <message>
        <source>Learn my voice</source>
        <translation>学习我的声音</translation>
    </message>
</context>
<context>
    <name>QAbstractFileIconProvider</name>
    <message>
        <source>Drive</source>
        <translation>驱动器</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>查找范围(&amp;L)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>ReceiptDialog</name>
    <message>
        <source>Receipt</source>
        <translation>回执</translation>
    </message>
    <message>
        <source>Save as JSON…</source>
        <translation>存为 JSON…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Saved as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>生成时间</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Time taken</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Save the receipt</source>
        <translation>保存回执</translation>
    </message>
</context>
<context>
    <name>RecordDialog</name>
    <message>
        <source>Check a voice from the microphone</source>
        <translation>检查麦克风听到的声音</translation>
    </message>
    <message>
        <source>Play the voice near the microphone, or let the person speak. A recording through the air has lost much of what a file would tell: check the file itself where you have it.</source>
        <translation>在麦克风旁播放那段声音，或让对方开口说话。隔空录下的声音会丢失文件里的许多线索：若手上有原文件，请直接检查文件。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Stop and check</source>
        <translation>停止并检查</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>ReferencesDialog</name>
    <message>
        <source>My camera and my real files</source>
        <translation>我的相机和我的真实文件</translation>
    </message>
    <message>
        <source>My camera</source>
        <translation>我的相机</translation>
    </message>
    <message>
        <source>Name of the camera</source>
        <translation>相机名称</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Add ten photos of a camera…</source>
        <translation>添加一台相机的十张照片…</translation>
    </message>
    <message>
        <source>Add my own real files…</source>
        <translation>添加我自己的真实文件…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Every sensor leaves its own faint pattern. From ten untouched photos of one camera, all of the same size, a check can say that a photo was taken with it.</source>
        <translation>每个传感器都会留下自己微弱的纹路。有了同一台相机十张未经改动、尺寸相同的照片，检查时就能判断某张照片是否由它拍摄。</translation>
    </message>
    <message>
        <source>Downloaded detectors</source>
        <translation>已下载的检测器</translation>
    </message>
    <message>
        <source>Measure them on real photos and recordings of your own: at least 20 of a kind, 99 for a detector that may decide something. Only scores are kept.</source>
        <translation>用您自己的真实照片和录音来测量它们：每种至少 20 个，若要让检测器参与判断则需 99 个。只保存分数。</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>完成。</translation>
    </message>
    <message>
        <source>{name}: learnt from {shots} photos of {width} x {height}</source>
        <translation>{name}：由 {shots} 张 {width} x {height} 的照片学得</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Forget {name}</source>
        <translation>忘掉 {name}</translation>
    </message>
    <message>
        <source>There are none yet. Get one on the Models page.</source>
        <translation>还没有。可在“模型”页下载。</translation>
    </message>
    <message>
        <source>My own real files</source>
        <translation>我自己的真实文件</translation>
    </message>
    <message>
        <source>Files ({patterns})</source>
        <translation>文件 ({patterns})</translation>
    </message>
</context>
<context>
    <name>Rehearsal</name>
    <message>
        <source>Save what an attacker gets</source>
        <translation>保存攻击者得到的结果</translation>
    </message>
    <message>
        <source>See what an AI editor gets</source>
        <translation>看看 AI 编辑得到什么</translation>
    </message>
    <message>
        <source>What the AI is told to do</source>
        <translation>给 AI 的指令</translation>
    </message>
    <message>
        <source>Choose one, or type your own in English</source>
        <translation>选择一条，或用英文自己输入</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试一试</translation>
    </message>
    <message>
        <source>Try what an AI editor gets from this photo</source>
        <translation>试一试 AI 编辑从这张照片得到什么</translation>
    </message>
    <message>
        <source>An AI edits the original and your protected photo, and you see both. Then everything that could wash the cloak out is tried.</source>
        <translation>让 AI 分别编辑原图和受保护的照片，您可以看到两者的结果。然后尝试各种可能清除隐形防护的方法。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>停止尝试</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save what an attacker gets as a picture and a page</source>
        <translation>把攻击者得到的结果保存为图片和网页</translation>
    </message>
    <message>
        <source>Try everything</source>
        <translation>全部尝试</translation>
    </message>
    <message>
        <source>Also what takes long: several minutes</source>
        <translation>也包括耗时较长的方法，需要几分钟</translation>
    </message>
    <message>
        <source>Try everything, which takes several minutes</source>
        <translation>全部尝试，需要几分钟</translation>
    </message>
</context>
<context>
    <name>RemovalBox</name>
    <message>
        <source>Remove a model</source>
        <translation>删除模型</translation>
    </message>
    <message>
        <source>Remove {model}?</source>
        <translation>删除 {model}？</translation>
    </message>
    <message>
        <source>Its files stay where they are; only Cloakroom forgets them.</source>
        <translation>文件留在原处，Cloakroom 只是不再使用它们。</translation>
    </message>
    <message>
        <source>This frees {size}. You can download it again.</source>
        <translation>将释放 {size}，以后可以重新下载。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>It is needed by: {models}</source>
        <translation>以下模型需要它：{models}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Creator&apos;s statement</source>
        <translation>创作者声明</translation>
    </message>
    <message>
        <source>Cloakroom check report</source>
        <translation>Cloakroom 检查报告</translation>
    </message>
    <message>
        <source>As it is in the file</source>
        <translation>文件中的原文</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>界线</translation>
    </message>
    <message>
        <source>Chance, if half of such files were AI</source>
        <translation>概率（假设此类文件有一半是 AI）</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>another answer</source>
        <translation>结论改变</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>检查时间</translation>
    </message>
</context>
<context>
    <name>SavedResult</name>
    <message>
        <source>Saved as {file}</source>
        <translation>已保存为 {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Receipt…</source>
        <translation>回执…</translation>
    </message>
    <message>
        <source>Show the receipt</source>
        <translation>显示回执</translation>
    </message>
</context>
<context>
    <name>SceneChoice</name>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Everybody hears it: quiet background sound below the voice.</source>
        <translation>人人都能听到：在人声之下的轻微背景声。</translation>
    </message>
    <message>
        <source>No sound is added that a listener would notice as such.</source>
        <translation>不添加听者会察觉到的声音。</translation>
    </message>
    <message>
        <source>Ambience</source>
        <translation>环境声</translation>
    </message>
    <message>
        <source>Listen to just the ambience</source>
        <translation>只听环境声</translation>
    </message>
</context>
<context>
    <name>ScoreStrip</name>
    <message>
        <source>Scores over time</source>
        <translation>随时间变化的得分</translation>
    </message>
    <message>
        <source>{above} of {all} parts are above the line.</source>
        <translation>{all} 段中有 {above} 段超过界线。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Folder for the results</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>要监视的文件夹</translation>
    </message>
    <message>
        <source>Each result is saved next to its original, under a name of its own.</source>
        <translation>每个结果都以自己的名字保存在原图旁边。</translation>
    </message>
    <message>
        <source>New photos and recordings in a folder of your choice can be protected as they come, while Cloakroom is open.</source>
        <translation>Cloakroom 打开期间，可以自动保护您指定的文件夹里新出现的照片和录音。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>What leaves this computer</source>
        <translation>哪些内容会离开这台电脑</translation>
    </message>
    <message>
        <source>What the protection is worth</source>
        <translation>保护效果如何</translation>
    </message>
    <message>
        <source>If something goes wrong</source>
        <translation>出现问题时</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>监视的文件夹</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Beside the original</source>
        <translation>原图旁边</translation>
    </message>
    <message>
        <source>In one folder</source>
        <translation>统一放进一个文件夹</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Protect what appears in a folder…</source>
        <translation>保护某个文件夹里新出现的文件…</translation>
    </message>
    <message>
        <source>Tell me through the system when all jobs have ended</source>
        <translation>所有任务结束时通过系统通知我</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Remove the place where a photo was taken</source>
        <translation>移除照片的拍摄地点</translation>
    </message>
    <message>
        <source>Everything else a photo says about itself is kept, such as date and camera.</source>
        <translation>照片自带的其他信息都会保留，例如日期和相机。</translation>
    </message>
    <message>
        <source>Nothing, unless you start a download yourself. Your files are never uploaded.</source>
        <translation>没有，除非您自己启动下载。您的文件绝不会上传。</translation>
    </message>
    <message>
        <source>There is no account, no usage statistics and no automatic update check.</source>
        <translation>没有账号，没有使用统计，也不会自动检查更新。</translation>
    </message>
    <message>
        <source>Receipts and the history of your work are kept on this computer only.</source>
        <translation>回执和处理记录只保存在这台电脑上。</translation>
    </message>
    <message>
        <source>Cloakroom keeps a log here. It is never sent; attach it if you ask for help.</source>
        <translation>Cloakroom 把日志保存在这里，绝不会发送；求助时可以附上它。</translation>
    </message>
    <message>
        <source>Folder of the log</source>
        <translation>日志文件夹</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Read the log…</source>
        <translation>查看日志…</translation>
    </message>
    <message>
        <source>Each protection helps against some people and not against others. What was measured, and how, is written down in plain words.</source>
        <translation>每种保护都只对一部分人有效。测量了什么、怎样测量，都用平实的语言写了下来。</translation>
    </message>
    <message>
        <source>What it protects against…</source>
        <translation>能防住什么…</translation>
    </message>
</context>
<context>
    <name>SoundBar</name>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>受保护</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Add region</source>
        <translation>添加区段</translation>
    </message>
    <message>
        <source>Add a voice region here</source>
        <translation>在此添加语音区段</translation>
    </message>
    <message>
        <source>Remove this voice region</source>
        <translation>移除此语音区段</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Show the whole recording</source>
        <translation>显示整个录音</translation>
    </message>
</context>
<context>
    <name>SoundView</name>
    <message>
        <source>Reading the recording… {percent} %</source>
        <translation>正在读取录音… {percent} %</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>受保护</translation>
    </message>
    <message>
        <source>Difference ×{gain}</source>
        <translation>差异 ×{gain}</translation>
    </message>
    <message>
        <source>{position} of {length}</source>
        <translation>{position}，共 {length}</translation>
    </message>
    <message>
        <source>Voice regions: {n}</source>
        <translation>语音区段：{n}</translation>
    </message>
    <message>
        <source>chosen: {first} to {last}</source>
        <translation>已选：{first} 至 {last}</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
</context>
<context>
    <name>Stability</name>
    <message>
        <source>Is the answer stable?</source>
        <translation>结论是否稳定？</translation>
    </message>
    <message>
        <source>same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>flips</source>
        <translation>改变</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Cloakroom is already running, but does not answer. End it or wait, then try again.</source>
        <translation>Cloakroom 已在运行，但没有响应。请结束它或稍候，然后重试。</translation>
    </message>
    <message>
        <source>Your settings could not be read. They were kept as {file}.</source>
        <translation>无法读取设置，原文件已存为 {file}。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be watched: it is not there.</source>
        <translation>无法监视文件夹 {folder}：它不存在。</translation>
    </message>
    <message>
        <source>The history cannot be opened. This session will not be recorded.</source>
        <translation>无法打开历史记录，本次运行不会留下记录。</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>{done} of {total} done</source>
        <translation>{total} 项中完成 {done} 项</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>{n} 项失败</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>Jobs: {state}</source>
        <translation>任务：{state}</translation>
    </message>
    <message>
        <source>The engine is restarting…</source>
        <translation>引擎正在重新启动…</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Everything stays on this computer</source>
        <translation>一切都在这台电脑上完成</translation>
    </message>
    <message>
        <source>Show all jobs ({key})</source>
        <translation>显示所有任务（{key}）</translation>
    </message>
</context>
<context>
    <name>StrengthSlider</name>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
</context>
<context>
    <name>SurvivalModel</name>
    <message>
        <source>{treatment}: yours {effect}, {control} {other}. {verdict}</source>
        <translation>{treatment}：您的 {effect}，{control} {other}。{verdict}</translation>
    </message>
</context>
<context>
    <name>SurvivalTable</name>
    <message>
        <source>What is left of the protection</source>
        <translation>防护还剩多少</translation>
    </message>
    <message>
        <source>yours ▏{control}</source>
        <translation>您的 ▏{control}</translation>
    </message>
</context>
<context>
    <name>ThreatsDialog</name>
    <message>
        <source>What it protects against</source>
        <translation>能防住什么</translation>
    </message>
    <message>
        <source>Everything here raises the cost of misuse; nothing makes it impossible. The figures were measured on models and people that no protection was computed on, beside noise of the same strength as a control.</source>
        <translation>这里的一切只是提高滥用的成本，并不能完全阻止滥用。所有数字都是在计算保护时没有用过的模型和人物上测得的，并以同等强度的噪声作为对照。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Not measured for this version yet.</source>
        <translation>这个版本尚未测量。</translation>
    </message>
    <message>
        <source>Against whom</source>
        <translation>针对谁</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>测量结果</translation>
    </message>
    <message>
        <source>What it does not do</source>
        <translation>做不到什么</translation>
    </message>
    <message>
        <source>Photos: AI editing</source>
        <translation>照片：AI 改图</translation>
    </message>
    <message>
        <source>The picture is changed a little, so that what an AI model sees of it moves away from what people see.</source>
        <translation>对图片做微小改动，让 AI 模型看到的内容与人看到的产生偏离。</translation>
    </message>
    <message>
        <source>Somebody who feeds your picture to an AI tool as it is. Less against somebody who shrinks or compresses it first, hardly against somebody who cleans it with AI.</source>
        <translation>针对把您的图片原样交给 AI 工具的人。对先缩小或压缩图片的人效果较弱，对先用 AI 清洗图片的人几乎无效。</translation>
    </message>
    <message>
        <source>It prevents no edit for certain, it does not help against a photo of the screen, and pictures that are out already stay as they are.</source>
        <translation>它不能保证阻止任何一次改图，对翻拍屏幕无效，已经流传出去的图片也不会改变。</translation>
    </message>
    <message>
        <source>Photos: training on your style</source>
        <translation>照片：拿去训练</translation>
    </message>
    <message>
        <source>The same change, computed so that a personal model that is trained on the pictures learns something else.</source>
        <translation>同样的微小改动，但计算目标是让用这些图片训练的个人模型学到别的东西。</translation>
    </message>
    <message>
        <source>Somebody who trains a small model on a handful of your pictures.</source>
        <translation>针对用您的少量图片训练小模型的人。</translation>
    </message>
    <message>
        <source>It does not help where most of the pictures are unprotected.</source>
        <translation>如果大部分图片没有保护，它就不起作用。</translation>
    </message>
    <message>
        <source>Voices: cloning</source>
        <translation>声音：克隆</translation>
    </message>
    <message>
        <source>A faint sound follows your speech, so that some of the models that compare voices find it less like yours.</source>
        <translation>一种微弱的声音伴随着您的语音，使一部分比对声音的模型觉得它不那么像您。</translation>
    </message>
    <message>
        <source>Meant against somebody who clones a voice from the file as you published it. Not against somebody who has other recordings of you.</source>
        <translation>针对从您发布的文件中克隆声音的人。对持有您其他录音的人无效。</translation>
    </message>
    <message>
        <source>Models differ: our own recognisers are misled, a published one hardly notices, and the two cloners that we tried copied a protected voice as well as one with white noise of the same strength in it, though such noise is heard more.</source>
        <translation>不同的模型表现不同：我们自己的识别模型会被误导，一个公开的识别模型几乎没有反应；我们试过的两个克隆模型对受保护的声音，与对混有同样强度白噪声的声音模仿得一样好，不过那样的噪声听起来更明显。</translation>
    </message>
    <message>
        <source>Marks: proving that it is yours</source>
        <translation>水印：证明作品属于您</translation>
    </message>
    <message>
        <source>An invisible pattern that only your key can read goes into the file; the registry keeps what you marked.</source>
        <translation>在文件里写入只有您的密钥能读出的隐形图案；登记簿会保存您加过水印的作品。</translation>
    </message>
    <message>
        <source>Somebody who passes your work on as theirs, cropped, scaled or saved anew.</source>
        <translation>针对把您的作品裁剪、缩放或重新保存后据为己有的人。</translation>
    </message>
    <message>
        <source>It stops nobody from copying, and a large crop or a heavy change can remove it.</source>
        <translation>它无法阻止别人复制，而大幅裁剪或剧烈修改可能会去除它。</translation>
    </message>
    <message>
        <source>Check: is it fake?</source>
        <translation>检查：是不是伪造的？</translation>
    </message>
    <message>
        <source>It reads what a file says of its own making, looks for marks and traces, and says inconclusive where the evidence is thin.</source>
        <translation>它读取文件对自身来历的说明，寻找标记和痕迹，证据不足时会说“无法判断”。</translation>
    </message>
    <message>
        <source>Somebody who passes a generated picture, voice or clip off as real.</source>
        <translation>针对用生成的图片、声音或视频冒充真实内容的人。</translation>
    </message>
    <message>
        <source>That no sign was found does not prove that something is real.</source>
        <translation>没有发现迹象并不证明内容是真实的。</translation>
    </message>
    <message>
        <source>Photos: face swaps</source>
        <translation>照片：换脸</translation>
    </message>
    <message>
        <source>Faces are changed a little, so that a face recogniser takes them for others.</source>
        <translation>对脸部做微小改动，让人脸识别误以为是别人。</translation>
    </message>
    <message>
        <source>Somebody who pastes this face into another picture with an AI tool.</source>
        <translation>针对用 AI 工具把这张脸换到别的图片里的人。</translation>
    </message>
    <message>
        <source>It does not help where other pictures of the face are to be had.</source>
        <translation>如果能找到这张脸的其他照片，它就不起作用。</translation>
    </message>
    <message>
        <source>On {n} photos an encoder was moved by {ours}; plain noise of the same strength moved it by {white}, coarse noise by {blocks}.</source>
        <translation>在 {n} 张照片上，编码器的偏移为 {ours}；同等强度的普通噪声为 {white}，粗噪声为 {blocks}。</translation>
    </message>
    <message>
        <source>Of {n} edits that a small editor got right on the original, the cloak spoiled this share: {rate}.</source>
        <translation>一个小型编辑模型在原图上改对了 {n} 次，其中被保护破坏的比例为：{rate}。</translation>
    </message>
    <message>
        <source>With {n} people: what the personal model drew was this similar to the person, trained on the originals {clean}, on protected pictures {ours}, on noise {white}.</source>
        <translation>共 {n} 个人：个人模型画出的内容与本人的相似度，用原图训练为 {clean}，用受保护的图片训练为 {ours}，用加噪图片训练为 {white}。</translation>
    </message>
    <message>
        <source>{n} people, recogniser {name}: another photo of the same person was {ours} alike, before {clean}, with noise of the same strength {white}.</source>
        <translation>{n} 个人，识别模型 {name}：与同一人另一张照片的相似度为 {ours}，保护前为 {clean}，同等强度的噪声下为 {white}。</translation>
    </message>
    <message>
        <source>{method}: similarity to the real voice fell by {drop} (95 % interval {low} to {high}); noise like speech of the same strength took {noise}. Intelligibility {stoi}.</source>
        <translation>{method}：与真实声音的相似度下降了 {drop}（95% 区间 {low} 至 {high}）；同等强度的类语音噪声使其下降 {noise}。可懂度 {stoi}。</translation>
    </message>
    <message>
        <source>{method}, a published recogniser that was never used: {ours} alike, before {clean}, with noise like speech of the same strength {noise}.</source>
        <translation>{method}，一个从未使用过的公开识别模型：相似度 {ours}，保护前 {clean}，加入同等强度的类语音噪声时 {noise}。</translation>
    </message>
    <message>
        <source>Found again, with one false alarm in a million, on {n} pictures after: {shares}.</source>
        <translation>在误报率为百万分之一时，{n} 张图片经过以下处理后仍能找到水印的比例：{shares}。</translation>
    </message>
    <message>
        <source>as saved</source>
        <translation>保存后原样</translation>
    </message>
    <message>
        <source>JPEG {value}</source>
        <translation>JPEG {value}</translation>
    </message>
    <message>
        <source>scaled by {value}</source>
        <translation>缩放到 {value} 倍</translation>
    </message>
    <message>
        <source>cropped by {value}</source>
        <translation>裁掉 {value}</translation>
    </message>
    <message>
        <source>rotated by {value}°</source>
        <translation>旋转 {value}°</translation>
    </message>
    <message>
        <source>blur {value}</source>
        <translation>模糊 {value}</translation>
    </message>
    <message>
        <source>noise {value}</source>
        <translation>噪声 {value}</translation>
    </message>
    <message>
        <source>{value} times as bright</source>
        <translation>亮度变为 {value} 倍</translation>
    </message>
    <message>
        <source>{value} times the contrast</source>
        <translation>对比度变为 {value} 倍</translation>
    </message>
    <message>
        <source>through an AI encoder and back</source>
        <translation>经 AI 编码器编码再还原</translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation>镜像翻转</translation>
    </message>
    <message>
        <source>Real photos called fake: {count} of {of} (at most {high} %).</source>
        <translation>真实照片被判为假的：{of} 张中有 {count} 张（至多 {high} %）。</translation>
    </message>
    <message>
        <source>The same as messengers send them: {count} of {of} (at most {high} %).</source>
        <translation>经聊天软件发送后的同类照片：{of} 张中有 {count} 张（至多 {high} %）。</translation>
    </message>
    <message>
        <source>Real recordings called fake: {count} of {of} (at most {high} %).</source>
        <translation>真实录音被判为假的：{of} 段中有 {count} 段（至多 {high} %）。</translation>
    </message>
    <message>
        <source>Generated files called generated: {count} of {of}.</source>
        <translation>生成的文件被判为生成的：{of} 个中有 {count} 个。</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Loudspeaker or headphones</source>
        <translation>扬声器或耳机</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
</context>
<context>
    <name>UnfinishedBanner</name>
    <message>
        <source>Not finished when Cloakroom last closed: {jobs}.</source>
        <translation>Cloakroom 上次关闭时还没做完：{jobs}。</translation>
    </message>
    <message>
        <source>Finish them now</source>
        <translation>现在继续完成</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>不再处理</translation>
    </message>
</context>
<context>
    <name>VerifyTab</name>
    <message>
        <source>Look again</source>
        <translation>再次查找</translation>
    </message>
    <message>
        <source>Look for marks in {count} files</source>
        <translation>在 {count} 个文件中查找水印</translation>
    </message>
    <message>
        <source>Look for my marks</source>
        <translation>查找我的水印</translation>
    </message>
    <message>
        <source>Content Credentials</source>
        <translation>内容凭证</translation>
    </message>
    <message>
        <source>Looked for: {identities}</source>
        <translation>查找的身份：{identities}</translation>
    </message>
    <message>
        <source>not in this registry</source>
        <translation>不在此登记簿中</translation>
    </message>
    <message>
        <source>Work: {work}</source>
        <translation>作品：{work}</translation>
    </message>
    <message>
        <source>Marked: {date}</source>
        <translation>加水印日期：{date}</translation>
    </message>
    <message>
        <source>On its way: {changes}</source>
        <translation>经历的变化：{changes}</translation>
    </message>
    <message>
        <source>No mark in {share} % of it</source>
        <translation>其中 {share}% 没有水印</translation>
    </message>
    <message>
        <source>Mark {payload}</source>
        <translation>水印编号 {payload}</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Save a signed report</source>
        <translation>保存已签名的报告</translation>
    </message>
    <message>
        <source>Is this mine?</source>
        <translation>这是我的吗？</translation>
    </message>
    <message>
        <source>Drop a picture or a recording that you found. All your identities are tried, also on cropped, rotated and mirrored copies.</source>
        <translation>拖入您发现的图片或录音。会用您的所有身份逐一查找，裁剪、旋转和镜像的副本也不例外。</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <translation>任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Drop files anywhere in this window.</source>
        <translation>可将文件拖放到此窗口的任意位置。</translation>
    </message>
</context>
<context>
    <name>VoiceClones</name>
    <message>
        <source>Clone me again</source>
        <translation>再次克隆我</translation>
    </message>
    <message>
        <source>Clone me</source>
        <translation>克隆我</translation>
    </message>
    <message>
        <source>Play the clone: {clip}</source>
        <translation>播放克隆：{clip}</translation>
    </message>
    <message>
        <source>In our test the clones of your file sound less like you.</source>
        <translation>在我们的测试中，用您的文件克隆出的声音更不像您。</translation>
    </message>
    <message>
        <source>In our test the clones sound as much like you as before: no effect.</source>
        <translation>在我们的测试中，克隆出的声音和以前一样像您：没有效果。</translation>
    </message>
    <message>
        <source>How much a clone sounds like you, to a recogniser that was not used</source>
        <translation>未参与保护的识别器认为克隆有多像您</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>What is left after somebody changes the file (lower is better)</source>
        <translation>文件被改动之后还剩多少效果（越低越好）</translation>
    </message>
    <message>
        <source>untouched</source>
        <translation>未处理</translation>
    </message>
    <message>
        <source>In our test the clones of your file sound less like you, but noise of the same strength does as much.</source>
        <translation>在我们的测试中，用您的文件克隆出的声音不那么像您，但同等强度的噪声也能做到。</translation>
    </message>
    <message>
        <source>What a cloner would get</source>
        <translation>克隆者会得到什么</translation>
    </message>
    <message>
        <source>Have a voice cloner try it here, on this computer: once from the original, once from your file, and hear both.</source>
        <translation>让声音克隆模型在这台电脑上试一试：一次用原始录音，一次用您的文件，两个都听听看。</translation>
    </message>
</context>
<context>
    <name>VoiceDetails</name>
    <message>
        <source>Details</source>
        <translation>详细设置</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>The same seed and device give the same file</source>
        <translation>种子和设备相同，得到的文件就相同</translation>
    </message>
</context>
<context>
    <name>VoiceFigures</name>
    <message>
        <source>An ambience was added that everybody hears: {scene}.</source>
        <translation>添加了人人都能听到的环境声：{scene}。</translation>
    </message>
    <message>
        <source>How much it still sounds like you to an AI, in our test (lower is better)</source>
        <translation>在我们的测试中，AI 认为它有多像您（越低越好）</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
    <message>
        <source>noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>speech noise</source>
        <translation>语音噪声</translation>
    </message>
    <message>
        <source>saved file</source>
        <translation>已保存的文件</translation>
    </message>
    <message>
        <source>untouched</source>
        <translation>未处理</translation>
    </message>
    <message>
        <source>Intelligibility (STOI) {stoi}</source>
        <translation>清晰度 (STOI) {stoi}</translation>
    </message>
    <message>
        <source>loudness {change} LU</source>
        <translation>响度 {change} LU</translation>
    </message>
    <message>
        <source>PESQ {pesq}</source>
        <translation>PESQ {pesq}</translation>
    </message>
    <message>
        <source>In our test this did no more than noise of the same strength: no measurable effect on this recording.</source>
        <translation>在我们的测试中，它的作用不超过同等强度的噪声：对此录音没有可测得的效果。</translation>
    </message>
    <message>
        <source>In our test a voice recogniser finds it less like you than noise of the same strength does, by {drop}. It is not a guarantee: other recognisers may hear no difference, and a cloner may still copy the voice. Try that below.</source>
        <translation>在我们的测试中，声纹识别模型认为它与您的相似度比加入同等强度噪声时还低 {drop}。这并不是保证：其他识别模型可能听不出区别，克隆模型也可能仍能模仿这个声音。可在下方试一试。</translation>
    </message>
</context>
<context>
    <name>VoicePanel</name>
    <message>
        <source>Preparing the preview…</source>
        <translation>正在准备试听…</translation>
    </message>
    <message>
        <source>Hear a preview from here</source>
        <translation>从这里试听</translation>
    </message>
    <message>
        <source>Protect again</source>
        <translation>重新保护</translation>
    </message>
    <message>
        <source>Protect this recording</source>
        <translation>保护此录音</translation>
    </message>
    <message>
        <source>Protect {recordings}</source>
        <translation>保护 {recordings}</translation>
    </message>
    <message>
        <source>Protect against</source>
        <translation>防范什么</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Ambience</source>
        <translation>环境声</translation>
    </message>
    <message>
        <source>Voice cloning</source>
        <translation>声音克隆</translation>
    </message>
    <message>
        <source>Someone has an AI say things in this voice</source>
        <translation>有人让 AI 用这个声音说话</translation>
    </message>
</context>
<context>
    <name>VoiceWords</name>
    <message>
        <source>Rain</source>
        <translation>雨</translation>
    </message>
    <message>
        <source>Wind</source>
        <translation>风</translation>
    </message>
    <message>
        <source>Street</source>
        <translation>街道</translation>
    </message>
    <message>
        <source>Café</source>
        <translation>咖啡馆</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>火车</translation>
    </message>
    <message>
        <source>Airport</source>
        <translation>机场</translation>
    </message>
    <message>
        <source>Quiet room</source>
        <translation>安静的房间</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Chosen by strength and ambience.</source>
        <translation>按强度和环境声选择。</translation>
    </message>
    <message>
        <source>A faint sound learnt from your voice, kept where speech drowns it out.</source>
        <translation>从您的声音学到的微弱声响，藏在话音盖得住的地方。</translation>
    </message>
    <message>
        <source>An ambience that everybody hears, shaped to hide the voice; in our test it did about as much as noise.</source>
        <translation>一种人人都能听到的环境声，经过调整以掩盖声音特征；在我们的测试中，效果与噪声相当。</translation>
    </message>
    <message>
        <source>False overtones below what the ear notices. Quick, without a model; in our test it did less than noise.</source>
        <translation>加入人耳察觉不到的虚假泛音。速度快，不需要模型；在我们的测试中，效果不如噪声。</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Sounds like the original. Aims for intelligibility (STOI) of 0.99.</source>
        <translation>听起来与原始录音一样。目标清晰度 (STOI) 0.99。</translation>
    </message>
    <message>
        <source>A faint hiss on good headphones. Aims for intelligibility (STOI) of 0.97.</source>
        <translation>用好耳机能听到轻微的嘶声。目标清晰度 (STOI) 0.97。</translation>
    </message>
    <message>
        <source>Can be heard, speech stays clear. Aims for intelligibility (STOI) of 0.95.</source>
        <translation>可以听到，话音依然清楚。目标清晰度 (STOI) 0.95。</translation>
    </message>
    <message>
        <source>1 recording</source>
        <translation>1 段录音</translation>
    </message>
    <message>
        <source>{n} recordings</source>
        <translation>{n} 段录音</translation>
    </message>
    <message>
        <source>Last summer my neighbour Joyce brought home an old wooden boat. It had been lying behind a barn for thirty years, and nobody believed it would ever float again. Every evening we heard her hammering, singing, and now and then laughing at something that had just gone wrong. “You choose,” she said when I asked about the colour, “but not beige, please!” So we painted it the blue of a clear sky in March.

In September five of us pushed it down to the water. The wind was rough, the sun shone through thin clouds, and a few children on the bridge were shouting advice. For a moment it leaned over so far that everybody held their breath. Then, quite slowly, it turned, shook itself like a dog, and swam. How much did it cost? Eight hundred and forty-six pounds, two thumbs bruised, and one good pair of trousers. Would she do it again? Ask her yourself: she has already found the next one.</source>
        <translation>去年夏天，邻居老周从乡下拖回一条旧木船。它在谷仓后面躺了三十年，谁也不相信它还能下水。每天傍晚，我们都听见他敲敲打打，哼着小曲，偶尔因为又弄错了什么而哈哈大笑。我问他漆什么颜色，他说：“您来选吧，只要不是米黄色就行！”于是我们把它漆成了三月晴空的蓝色。

到了九月，我们五个人一起把它推到水边。风很大，阳光穿过薄薄的云层，桥上几个孩子大声出着主意。有那么一会儿，船歪得厉害，大家都屏住了呼吸。然后它慢慢转过身来，像小狗一样抖了抖，稳稳地浮在了水面上。一共花了多少钱？八百四十六块，两个砸肿的大拇指，还有一条好裤子。他还会再来一次吗？您自己去问他吧：下一条船，他早就找好了。</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>16 kHz and back</source>
        <translation>转 16 kHz 再转回</translation>
    </message>
    <message>
        <source>8 kHz and back</source>
        <translation>转 8 kHz 再转回</translation>
    </message>
    <message>
        <source>6 dB louder</source>
        <translation>增大 6 dB</translation>
    </message>
    <message>
        <source>6 dB quieter</source>
        <translation>减小 6 dB</translation>
    </message>
    <message>
        <source>Low-pass filter</source>
        <translation>低通滤波</translation>
    </message>
    <message>
        <source>Noise reduction</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>Vocoder round trip</source>
        <translation>声码器往返</translation>
    </message>
    <message>
        <source>Original {n}</source>
        <translation>原始 {n}</translation>
    </message>
    <message>
        <source>Yours {n}</source>
        <translation>您的 {n}</translation>
    </message>
    <message>
        <source>Before cloning</source>
        <translation>克隆之前</translation>
    </message>
</context>
<context>
    <name>VoicesPage</name>
    <message>
        <source>{file} is protected.</source>
        <translation>{file} 已受保护。</translation>
    </message>
    <message>
        <source>{file} could not be protected.</source>
        <translation>无法保护 {file}。</translation>
    </message>
    <message>
        <source>Drop recordings here</source>
        <translation>把录音拖到这里</translation>
    </message>
    <message>
        <source>Cloakroom adds a faint sound to your voice that misleads some of the AI models which compare voices, and lets you hear it before you publish. A cloner may still copy the voice; you can try that here. Your originals stay as they are, and everything happens on this computer.</source>
        <translation>Cloakroom 会在您的语音中加入一种微弱的声音，误导一部分比对声音的 AI 模型，并让您在发布前先听一听。克隆模型可能仍能模仿这个声音，您可以在这里试一试。原始文件保持不变，一切都在本机完成。</translation>
    </message>
    <message>
        <source>Open recordings…</source>
        <translation>打开录音…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Dropping and pasting work anywhere in this window.</source>
        <translation>在窗口任意位置都可以拖放或粘贴。</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Open recordings</source>
        <translation>打开录音</translation>
    </message>
    <message>
        <source>Drop recordings or folders anywhere</source>
        <translation>把录音或文件夹拖到任何位置</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>AI editing</source>
        <translation>AI 改图</translation>
    </message>
    <message>
        <source>Someone asks an AI to change this picture</source>
        <translation>有人让 AI 修改这张图</translation>
    </message>
    <message>
        <source>Face swapping</source>
        <translation>换脸</translation>
    </message>
    <message>
        <source>Someone puts this face into another picture</source>
        <translation>有人把这张脸放进别的画面</translation>
    </message>
    <message>
        <source>Training on my style</source>
        <translation>拿去训练</translation>
    </message>
    <message>
        <source>Someone trains a personal model on it</source>
        <translation>有人用这些图训练个性化模型</translation>
    </message>
    <message>
        <source>Invisible</source>
        <translation>看不见</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>最强</translation>
    </message>
    <message>
        <source>No change you would notice. Aims for 40 dB PSNR or more.</source>
        <translation>看不出变化。目标是 PSNR 不低于 40 dB。</translation>
    </message>
    <message>
        <source>Faint grain when you look closely, a little more on faces. Aims for 36 dB PSNR or more.</source>
        <translation>细看有轻微颗粒，人脸上略多一些。目标是 PSNR 不低于 36 dB。</translation>
    </message>
    <message>
        <source>Visible grain, most of all in smooth areas. Aims for 32 dB PSNR or more.</source>
        <translation>看得出颗粒，平滑处最明显。目标是 PSNR 不低于 32 dB。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>training on your style</source>
        <translation>拿您的作品训练</translation>
    </message>
    <message>
        <source>face swapping</source>
        <translation>换脸</translation>
    </message>
    <message>
        <source>voice cloning</source>
        <translation>声音克隆</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>{n} files</source>
        <translation>{n} 个文件</translation>
    </message>
    <message>
        <source>Picture encoder</source>
        <translation>图像编码器</translation>
    </message>
    <message>
        <source>Picture generator</source>
        <translation>图像生成器</translation>
    </message>
    <message>
        <source>Photo editor</source>
        <translation>照片编辑器</translation>
    </message>
    <message>
        <source>Reference adapter</source>
        <translation>参考图适配器</translation>
    </message>
    <message>
        <source>Face recogniser</source>
        <translation>人脸识别</translation>
    </message>
    <message>
        <source>Face finder</source>
        <translation>人脸检测</translation>
    </message>
    <message>
        <source>Picture and text judge</source>
        <translation>图文评判</translation>
    </message>
    <message>
        <source>Voice recogniser</source>
        <translation>声纹识别</translation>
    </message>
    <message>
        <source>Voice cloner</source>
        <translation>声音克隆</translation>
    </message>
    <message>
        <source>Vocoder</source>
        <translation>声码器</translation>
    </message>
    <message>
        <source>Voice encoder</source>
        <translation>声音编码器</translation>
    </message>
    <message>
        <source>Fake detector</source>
        <translation>伪造检测</translation>
    </message>
    <message>
        <source>Speech network</source>
        <translation>语音网络</translation>
    </message>
    <message>
        <source>Download: {model}</source>
        <translation>下载：{model}</translation>
    </message>
    <message>
        <source>Check: {model}</source>
        <translation>检查：{model}</translation>
    </message>
    <message>
        <source>Remove: {model}</source>
        <translation>删除：{model}</translation>
    </message>
    <message>
        <source>Take in: {file}</source>
        <translation>导入：{file}</translation>
    </message>
    <message>
        <source>Move models to {folder}</source>
        <translation>把模型移到 {folder}</translation>
    </message>
    <message>
        <source>Speed of this computer</source>
        <translation>本机速度</translation>
    </message>
    <message>
        <source>Mark: {file}</source>
        <translation>加水印：{file}</translation>
    </message>
    <message>
        <source>Clean: {file}</source>
        <translation>清理：{file}</translation>
    </message>
    <message>
        <source>Look for marks: {file}</source>
        <translation>查找水印：{file}</translation>
    </message>
    <message>
        <source>Rehearse: {file}</source>
        <translation>演练：{file}</translation>
    </message>
    <message>
        <source>Clone the voice: {file}</source>
        <translation>克隆声音：{file}</translation>
    </message>
    <message>
        <source>Learn the voice: {name}</source>
        <translation>学习声音：{name}</translation>
    </message>
    <message>
        <source>Photo protected</source>
        <translation>照片已保护</translation>
    </message>
    <message>
        <source>Recording protected</source>
        <translation>录音已保护</translation>
    </message>
    <message>
        <source>Marked as yours</source>
        <translation>已加水印</translation>
    </message>
    <message>
        <source>Hidden messages removed</source>
        <translation>已清除隐藏消息</translation>
    </message>
    <message>
        <source>Edited, with a hidden text</source>
        <translation>已编辑，带隐藏文字</translation>
    </message>
    <message>
        <source>Edited and marked as yours</source>
        <translation>已编辑并加水印</translation>
    </message>
    <message>
        <source>1 model download</source>
        <translation>1 个模型下载</translation>
    </message>
    <message>
        <source>{n} model downloads</source>
        <translation>{n} 个模型下载</translation>
    </message>
    <message>
        <source>1 other job</source>
        <translation>1 个其他任务</translation>
    </message>
    <message>
        <source>{n} other jobs</source>
        <translation>{n} 个其他任务</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Protected</source>
        <translation>已保护</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Not finished last time</source>
        <translation>上次未完成</translation>
    </message>
    <message>
        <source>Loading models</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Reading the recording</source>
        <translation>正在读取录音</translation>
    </message>
    <message>
        <source>Reading the photo</source>
        <translation>正在读取照片</translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation>正在保护</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Measuring the saved file</source>
        <translation>正在测量已保存的文件</translation>
    </message>
    <message>
        <source>Measuring the speed</source>
        <translation>正在测量速度</translation>
    </message>
    <message>
        <source>Looking for faces</source>
        <translation>正在寻找人脸</translation>
    </message>
    <message>
        <source>Looking for speech</source>
        <translation>正在寻找语音</translation>
    </message>
    <message>
        <source>Choosing an ambience</source>
        <translation>正在选择环境声</translation>
    </message>
    <message>
        <source>Learning the voice</source>
        <translation>正在学习声音</translation>
    </message>
    <message>
        <source>Cloning the voice</source>
        <translation>正在克隆声音</translation>
    </message>
    <message>
        <source>Trying what survives</source>
        <translation>正在测试哪些保留下来</translation>
    </message>
    <message>
        <source>Marking</source>
        <translation>正在加水印</translation>
    </message>
    <message>
        <source>Signing</source>
        <translation>正在签名</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>Trying an AI edit</source>
        <translation>正在尝试 AI 编辑</translation>
    </message>
    <message>
        <source>Trying to wash the cloak out</source>
        <translation>正在尝试清除隐形防护</translation>
    </message>
    <message>
        <source>Trying to train on it</source>
        <translation>正在尝试用它训练</translation>
    </message>
    <message>
        <source>Trying to swap the face</source>
        <translation>正在尝试换脸</translation>
    </message>
    <message>
        <source>Looking for evidence</source>
        <translation>正在查找证据</translation>
    </message>
    <message>
        <source>Asking the detector</source>
        <translation>正在运行检测器</translation>
    </message>
    <message>
        <source>Testing whether the answer is stable</source>
        <translation>正在测试结论是否稳定</translation>
    </message>
    <message>
        <source>Learning the camera&apos;s fingerprint</source>
        <translation>正在学习相机指纹</translation>
    </message>
    <message>
        <source>Measuring the detectors on your files</source>
        <translation>正在用您的文件测量检测器</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Finding out which model it is</source>
        <translation>正在识别是哪个模型</translation>
    </message>
    <message>
        <source>Copying</source>
        <translation>正在复制</translation>
    </message>
    <message>
        <source>Converting to a safe format</source>
        <translation>正在转换为安全格式</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>正在移动</translation>
    </message>
    <message>
        <source>Removing</source>
        <translation>正在删除</translation>
    </message>
    <message>
        <source>Saved in another format, since the original format would remove the cloak.</source>
        <translation>已存为另一种格式，因为原格式会去掉保护。</translation>
    </message>
    <message>
        <source>Saving in this format weakened the cloak, even at the highest quality. PNG or TIFF keeps all of it.</source>
        <translation>即使用最高质量，存为这种格式也削弱了保护。PNG 或 TIFF 能完整保留。</translation>
    </message>
    <message>
        <source>The place where it was taken was removed from the file.</source>
        <translation>已从文件中移除拍摄地点。</translation>
    </message>
    <message>
        <source>This format has no room for some of the original&apos;s information about itself.</source>
        <translation>这种格式存不下原图的部分附加信息。</translation>
    </message>
    <message>
        <source>The original&apos;s Content Credentials were left out, since they do not fit the changed picture.</source>
        <translation>原图的内容凭证已略去，因为它与改动后的图片不符。</translation>
    </message>
    <message>
        <source>This format holds 8 bits per colour; the original had more.</source>
        <translation>这种格式每种颜色只有 8 位，原图的位数更多。</translation>
    </message>
    <message>
        <source>JPEG has no transparency: transparent areas became white.</source>
        <translation>JPEG 不支持透明，透明部分已变为白色。</translation>
    </message>
    <message>
        <source>The original&apos;s fixed set of colours became full colour.</source>
        <translation>原图的调色板颜色已转为全彩。</translation>
    </message>
    <message>
        <source>The original had only black and white; the result has shades of grey.</source>
        <translation>原图只有黑白两色，结果含有灰阶。</translation>
    </message>
    <message>
        <source>The printing colours (CMYK) became sRGB.</source>
        <translation>印刷颜色（CMYK）已转为 sRGB。</translation>
    </message>
    <message>
        <source>The Lab colours became sRGB.</source>
        <translation>Lab 颜色已转为 sRGB。</translation>
    </message>
    <message>
        <source>The video colours (YCbCr) became RGB.</source>
        <translation>视频颜色（YCbCr）已转为 RGB。</translation>
    </message>
    <message>
        <source>The colour profile is of an unusual kind; it is kept and was read as sRGB.</source>
        <translation>颜色配置文件类型特殊，已保留，并按 sRGB 读取。</translation>
    </message>
    <message>
        <source>The colour profile is damaged; it is kept and was read as sRGB.</source>
        <translation>颜色配置文件已损坏，已保留，并按 sRGB 读取。</translation>
    </message>
    <message>
        <source>No face was found, so there is nothing against face swapping in it.</source>
        <translation>没有找到人脸，因此结果中没有针对换脸的保护。</translation>
    </message>
    <message>
        <source>Memory was short, so the work was done in smaller pieces.</source>
        <translation>内存不足，已分成小块处理。</translation>
    </message>
    <message>
        <source>The original is compressed with loss, so saving compressed it once more, at the highest quality.</source>
        <translation>原文件是有损压缩的，因此保存时以最高质量再次压缩。</translation>
    </message>
    <message>
        <source>The file had several sound tracks. The first one was protected; the others are left out of the result.</source>
        <translation>该文件有多条音轨。第一条已受保护，其余音轨没有放进结果中。</translation>
    </message>
    <message>
        <source>Tags that this format cannot take over are in a file beside the result.</source>
        <translation>此格式无法保留的标签存放在结果旁边的文件中。</translation>
    </message>
    <message>
        <source>An ambience was added that everybody hears in the recording.</source>
        <translation>录音中加入了人人都能听到的环境声。</translation>
    </message>
    <message>
        <source>Speech was found by loudness alone; check the regions.</source>
        <translation>仅根据响度找出语音，请检查区域。</translation>
    </message>
    <message>
        <source>There is less than a second of speech in it, too little to measure what this did.</source>
        <translation>其中的语音不足一秒，太短，无法衡量保护效果。</translation>
    </message>
    <message>
        <source>The mark in the saved file is too weak to be proven. Choose more strength.</source>
        <translation>已存文件中的水印太弱，无法证明。请提高强度。</translation>
    </message>
    <message>
        <source>The AI editor did not manage this edit on the original either, so this says nothing about the cloak. Try another instruction.</source>
        <translation>AI 编辑模型在原图上也没有完成这个编辑，因此无法说明隐形防护的效果。请换一条指令。</translation>
    </message>
    <message>
        <source>The AI editor of this test is one that protections are made with; with an unknown one the effect may be smaller.</source>
        <translation>本测试使用的 AI 编辑模型也用于制作防护；换成未知的模型，效果可能更小。</translation>
    </message>
    <message>
        <source>It was already there and is complete.</source>
        <translation>已经下载，而且完整。</translation>
    </message>
    <message>
        <source>Its newest version was taken; from now on exactly this one is kept.</source>
        <translation>已取最新版本，今后固定使用这一版本。</translation>
    </message>
    <message>
        <source>Its damaged files were replaced.</source>
        <translation>损坏的文件已更换。</translation>
    </message>
    <message>
        <source>Only the part that Cloakroom needs was taken from the file.</source>
        <translation>只取用了文件中 Cloakroom 需要的部分。</translation>
    </message>
    <message>
        <source>no commercial use</source>
        <translation>禁止商业用途</translation>
    </message>
    <message>
        <source>no commercial use by large companies</source>
        <translation>禁止大型企业商用</translation>
    </message>
    <message>
        <source>no harmful use, as its licence lists it</source>
        <translation>禁止许可中列出的有害用途</translation>
    </message>
    <message>
        <source>no imitating of a person without consent</source>
        <translation>未经同意不得模仿他人</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>JPEG 95</source>
        <translation>JPEG 95</translation>
    </message>
    <message>
        <source>JPEG 85</source>
        <translation>JPEG 85</translation>
    </message>
    <message>
        <source>JPEG 75</source>
        <translation>JPEG 75</translation>
    </message>
    <message>
        <source>JPEG 65</source>
        <translation>JPEG 65</translation>
    </message>
    <message>
        <source>JPEG 50</source>
        <translation>JPEG 50</translation>
    </message>
    <message>
        <source>JPEG 30</source>
        <translation>JPEG 30</translation>
    </message>
    <message>
        <source>WebP 80</source>
        <translation>WebP 80</translation>
    </message>
    <message>
        <source>Three quarters size</source>
        <translation>缩小到四分之三再还原</translation>
    </message>
    <message>
        <source>Half size</source>
        <translation>缩小一半再还原</translation>
    </message>
    <message>
        <source>Cropped, enlarged</source>
        <translation>裁剪后放大</translation>
    </message>
    <message>
        <source>AI model round trip</source>
        <translation>AI 模型编码再解码</translation>
    </message>
    <message>
        <source>Noisy upscaling</source>
        <translation>清除：加噪放大</translation>
    </message>
    <message>
        <source>Turned by 1°</source>
        <translation>旋转 1°</translation>
    </message>
    <message>
        <source>Removing hidden messages</source>
        <translation>正在清除隐藏消息</translation>
    </message>
    <message>
        <source>It carries the mark of a face swap or clone that Cloakroom rehearsed; it is nobody&apos;s own mark.</source>
        <translation>它带有 Cloakroom 演练的换脸或克隆的水印；这不是任何人自己的水印。</translation>
    </message>
    <message>
        <source>Blurred a little</source>
        <translation>轻微模糊</translation>
    </message>
    <message>
        <source>Median filter</source>
        <translation>中值滤波</translation>
    </message>
    <message>
        <source>Noise reduction</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>Noise added</source>
        <translation>添加噪点</translation>
    </message>
    <message>
        <source>Photo filter</source>
        <translation>照片滤镜</translation>
    </message>
    <message>
        <source>Cleaning: IMPRESS</source>
        <translation>清除：IMPRESS</translation>
    </message>
    <message>
        <source>Cleaning: DiffPure</source>
        <translation>清除：DiffPure</translation>
    </message>
    <message>
        <source>Cleaning: GrIDPure</source>
        <translation>清除：GrIDPure</translation>
    </message>
    <message>
        <source>Cleaning: UDAP</source>
        <translation>清除：UDAP</translation>
    </message>
    <message>
        <source>Faces restored by AI</source>
        <translation>用 AI 修复人脸</translation>
    </message>
    <message>
        <source>How far it moves what an AI sees, in our test</source>
        <translation>在我们的测试中，AI 所见偏移的程度</translation>
    </message>
    <message>
        <source>How far the AI edit misses, in our test</source>
        <translation>在我们的测试中，AI 编辑偏离要求的程度</translation>
    </message>
    <message>
        <source>How like the photo a model trained on it paints</source>
        <translation>用它训练的模型画得有多像</translation>
    </message>
    <message>
        <source>How like the owner the swapped face is</source>
        <translation>换上的脸与本人的相似程度</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>soft noise</source>
        <translation>柔和噪点</translation>
    </message>
    <message>
        <source>clearly worse for the attacker</source>
        <translation>攻击者的结果明显变差</translation>
    </message>
    <message>
        <source>no measurable effect</source>
        <translation>没有可测量的效果</translation>
    </message>
    <message>
        <source>better for the attacker</source>
        <translation>攻击者的结果反而更好</translation>
    </message>
    <message>
        <source>more than noise of the same strength</source>
        <translation>强于同等强度的噪点</translation>
    </message>
    <message>
        <source>no more than noise of the same strength</source>
        <translation>不强于同等强度的噪点</translation>
    </message>
    <message>
        <source>less than noise of the same strength</source>
        <translation>弱于同等强度的噪点</translation>
    </message>
    <message>
        <source>Drawn portrait, studio</source>
        <translation>手绘肖像（影棚）</translation>
    </message>
    <message>
        <source>Drawn portrait, evening</source>
        <translation>手绘肖像（傍晚）</translation>
    </message>
    <message>
        <source>Drawn portrait, garden</source>
        <translation>手绘肖像（花园）</translation>
    </message>
    <message>
        <source>Like the owner: {owner} from yours, {control} from the original, {before} before</source>
        <translation>与本人相似度：用您的文件 {owner}，用原图 {control}，换脸前 {before}</translation>
    </message>
    <message>
        <source>Like the person in the picture: {target} from yours, {control} from the original</source>
        <translation>与画中人相似度：用您的文件 {target}，用原图 {control}</translation>
    </message>
    <message>
        <source>A search would still find you: {recognised}, found from {threshold}</source>
        <translation>人脸搜索仍能找到您：{recognised}（达到 {threshold} 即可找到）</translation>
    </message>
    <message>
        <source>A search would not find you: {recognised}, found from {threshold}</source>
        <translation>人脸搜索找不到您：{recognised}（达到 {threshold} 才能找到）</translation>
    </message>
    <message>
        <source>No face is found in the protected photo any more</source>
        <translation>在受保护的照片中已找不到人脸</translation>
    </message>
    <message>
        <source>An AI edit</source>
        <translation>AI 编辑</translation>
    </message>
    <message>
        <source>Washing the cloak out</source>
        <translation>清除隐形防护</translation>
    </message>
    <message>
        <source>Training on the photo</source>
        <translation>用照片训练</translation>
    </message>
    <message>
        <source>A face swap</source>
        <translation>换脸</translation>
    </message>
    <message>
        <source>Make it black and white</source>
        <translation>改成黑白</translation>
    </message>
    <message>
        <source>Make it look old and brown</source>
        <translation>改成老照片的棕色调</translation>
    </message>
    <message>
        <source>Make it warmer</source>
        <translation>改成暖色调</translation>
    </message>
    <message>
        <source>Make it colder</source>
        <translation>改成冷色调</translation>
    </message>
    <message>
        <source>Turn day into night</source>
        <translation>把白天变成夜晚</translation>
    </message>
    <message>
        <source>Cover it with snow</source>
        <translation>盖上雪</translation>
    </message>
    <message>
        <source>Turn it into a pencil sketch</source>
        <translation>改成铅笔素描</translation>
    </message>
    <message>
        <source>Make it a poster</source>
        <translation>改成海报</translation>
    </message>
    <message>
        <source>Make it an oil painting</source>
        <translation>改成油画</translation>
    </message>
    <message>
        <source>Turn it into a mosaic</source>
        <translation>改成马赛克</translation>
    </message>
    <message>
        <source>Blur the background</source>
        <translation>虚化背景</translation>
    </message>
    <message>
        <source>Invert the colours</source>
        <translation>反转颜色</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>调换颜色</translation>
    </message>
    <message>
        <source>Add a red frame</source>
        <translation>加上红色边框</translation>
    </message>
    <message>
        <source>Make it look like night vision</source>
        <translation>改成夜视效果</translation>
    </message>
    <message>
        <source>Turn it into neon lights</source>
        <translation>改成霓虹灯效果</translation>
    </message>
    <message>
        <source>What an attacker gets</source>
        <translation>攻击者得到什么</translation>
    </message>
    <message>
        <source>Measured on this picture, with the models named below, which no protection was made with. It raises the cost of misuse; it is not a guarantee.</source>
        <translation>在这张图片上测得，所用模型如下，制作防护时没有用过它们。防护会提高滥用的成本，但不是保证。</translation>
    </message>
    <message>
        <source>What was done to the file first</source>
        <translation>先对文件做了什么</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95% 区间</translation>
    </message>
    <message>
        <source>Judged by {judge}</source>
        <translation>评判模型：{judge}</translation>
    </message>
    <message>
        <source>Worst case: {treatment}</source>
        <translation>最坏情况：{treatment}</translation>
    </message>
    <message>
        <source>Left out: {treatments}</source>
        <translation>未测试：{treatments}</translation>
    </message>
    <message>
        <source>Instruction: {instruction}</source>
        <translation>指令：{instruction}</translation>
    </message>
    <message>
        <source>from the original</source>
        <translation>来自原图</translation>
    </message>
    <message>
        <source>from yours</source>
        <translation>来自您的文件</translation>
    </message>
    <message>
        <source>Only the first frame of the animation was protected.</source>
        <translation>只保护了动画的第一帧。</translation>
    </message>
    <message>
        <source>The graphics card could not do it, so the processor did.</source>
        <translation>显卡无法处理，已改用处理器。</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} 小时 {m} 分钟</translation>
    </message>
    <message>
        <source>{total} GB</source>
        <translation>{total} GB</translation>
    </message>
    <message>
        <source>{free} of {total} GB free</source>
        <translation>{total} GB 中可用 {free} GB</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>{step} of {of}</source>
        <translation>{step}/{of} 步</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩 {time}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>{size} per second</source>
        <translation>每秒 {size}</translation>
    </message>
    <message>
        <source>{size}, about {time}.</source>
        <translation>{size}，约需 {time}。</translation>
    </message>
    <message>
        <source>{size}, about {time} at {rate} per second.</source>
        <translation>{size}，按每秒 {rate} 计约需 {time}。</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message>
        <source>{n} photos</source>
        <translation>{n} 张照片</translation>
    </message>
</context>
<context>
    <name>WorksTab</name>
    <message>
        <source>Save the list</source>
        <translation>保存列表</translation>
    </message>
    <message>
        <source>Page with thumbnails (*.html)</source>
        <translation>带缩略图的网页 (*.html)</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>The list was saved as {file}.</source>
        <translation>列表已保存为 {file}。</translation>
    </message>
    <message>
        <source>Nothing fits.</source>
        <translation>没有匹配的作品。</translation>
    </message>
    <message>
        <source>Nothing is marked yet.</source>
        <translation>还没有加过水印的作品。</translation>
    </message>
    <message>
        <source>Search titles, identities, mark ids and files</source>
        <translation>搜索标题、身份、水印编号和文件</translation>
    </message>
    <message>
        <source>Search your works</source>
        <translation>搜索您的作品</translation>
    </message>
    <message>
        <source>Your marked works</source>
        <translation>您加过水印的作品</translation>
    </message>
    <message>
        <source>Save the list…</source>
        <translation>保存列表…</translation>
    </message>
    <message>
        <source>Save the list of works</source>
        <translation>保存作品列表</translation>
    </message>
</context>
<context>
    <name>_Outcome</name>
    <message>
        <source>After {treatment}: {verdict}.</source>
        <translation>经过{treatment}之后：{verdict}。</translation>
    </message>
    <message>
        <source>{attack}: {verdict}.</source>
        <translation>{attack}：{verdict}。</translation>
    </message>
    <message>
        <source>{spoiled} of {counted} edits spoiled.</source>
        <translation>{counted} 次编辑中有 {spoiled} 次被破坏。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Left out: {names}</source>
        <translation>未测试：{names}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>worst case</source>
        <translation>最坏情况</translation>
    </message>
</context>
</TS>
